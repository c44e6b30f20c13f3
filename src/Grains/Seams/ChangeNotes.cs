using Hermes.Grains.Interfaces.Catalog;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Seams;

/// <summary>
/// What changed at the actors of this silo and was not told yet. Who changes something notes it and goes on; beside that, notes are brought to the
/// <see cref="IChangeFeedGrain"/> in bundles, again and again while it does not answer.
/// </summary>
public sealed class ChangeNotes(IGrainFactory grains, GrainTimings timings, TimeProvider clock, ILogger<ChangeNotes> log) : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly PendingChanges _pending = new();
    private int _isTelling;

    /// <summary>Something changed; waits for nobody.</summary>
    public void Note(PlatformChange change)
    {
        _pending.Add(new PlatformChanges { Changes = [change] });
        if (!_end.IsCancellationRequested && Interlocked.Exchange(ref _isTelling, 1) == 0)
        {
            // Not in the name of whoever changed it, and not on its scheduler.
            ThreadPool.UnsafeQueueUserWorkItem(static notes => _ = notes.TellAsync(), this, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Cancel();

    private async Task TellAsync()
    {
        try
        {
            while (true)
            {
                await _pending.News.WaitAsync(_end.Token);
                await Task.Delay(timings.Bundling, clock, _end.Token);
                await TellAsync(_pending.Take());
            }
        }
        catch (OperationCanceledException)
        {
            // The silo has ended; whoever watches it finds out.
        }
    }

    private async Task TellAsync(PlatformChanges bundle)
    {
        try
        {
            await grains.GetGrain<IChangeFeedGrain>(0).TellAsync(bundle).WaitAsync(_end.Token);
        }
#pragma warning disable CA1031 // Whatever it was, it is told with the next bundle.
        catch (Exception away) when (!_end.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogDebug("What changed could not be told yet: {Reason}", away.Message);
            _pending.Add(bundle);
            await Task.Delay(timings.Heartbeat, clock, _end.Token);
        }
    }
}
