using System.Collections.Concurrent;

namespace Hermes.Model.Training;

/// <summary>Makes the next batches on a thread of its own while the network learns from this one.</summary>
internal sealed class BatchPrefetch : IDisposable
{
    private const int Ahead = 3;
    private readonly BlockingCollection<PatchBatch> _ready = new(Ahead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private Exception? _failure;

    /// <summary>Begins with batch <paramref name="first"/>.</summary>
    public BatchPrefetch(PatchBatches batches, int first, Range held)
    {
        (Next, Held) = (first, held);
        _thread = new Thread(() => Produce(batches, first)) { IsBackground = true, Name = "training batches" };
        _thread.Start();
    }

    /// <summary>The samples whose voxels the batches hold.</summary>
    public Range Held { get; }

    /// <summary>The number of the next batch.</summary>
    public int Next { get; private set; }

    /// <summary>The next batch, waited for if need be.</summary>
    /// <exception cref="InvalidOperationException">Making it failed; the cause is inside.</exception>
    public PatchBatch Take()
    {
        if (_ready.TryTake(out var batch, Timeout.Infinite))
        {
            Next++;
            return batch;
        }

        throw new InvalidOperationException($"The next training batch could not be made: {_failure?.Message}", _failure);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _ready.Dispose();
        _stop.Dispose();
    }

    private void Produce(PatchBatches batches, int first)
    {
        try
        {
            for (var number = first; ; number++)
            {
                _ready.Add(batches.Make(number, Held), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _ready.CompleteAdding();
        }
    }
}
