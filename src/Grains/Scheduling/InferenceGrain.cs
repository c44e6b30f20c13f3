using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;
using Hermes.Grains.Placement;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Hermes.Grains.Scheduling;

/// <inheritdoc cref="IInferenceGrain"/>
/// <remarks>The queue is not stored: every segmentation asks again until it is answered.</remarks>
[OnDeviceSilo]
[Immovable]
public sealed class InferenceGrain(IWorkerPool workers, Troubles troubles, GrainTimings timings, TimeProvider clock, ILogger<InferenceGrain> log) : Grain, IInferenceGrain
{
    // A worker may be lost over other work again and again, but not for ever.
    private const int LossesOverOthers = 10;

    private readonly List<(string Segmentation, SegmentOrder Order)> _queue = [];
    private Background _work = null!;
    private string? _current;
    private Action? _stop;
    private bool _isEnding;

    private string Device => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _work = new Background(log);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _queue.Clear();
        _stop?.Invoke();
        _work.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task SubmitAsync(string segmentation, SegmentOrder order, CancellationToken cancellationToken)
    {
        if (_isEnding)
        {
            return Task.CompletedTask;
        }

        DelayDeactivation(timings.LeaseLifetime);
        if (_current != segmentation && _queue.All(q => q.Segmentation != segmentation))
        {
            _queue.Add((segmentation, order));
        }

        if (_queue.Count > 0 && !_work.IsRunning)
        {
            _work.Start($"segmentations on {Device}", WorkAsync);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CancelAsync(string segmentation, CancellationToken cancellationToken)
    {
        _queue.RemoveAll(q => q.Segmentation == segmentation);
        if (_current == segmentation)
        {
            _stop?.Invoke();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EndAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        _queue.Clear();
        _stop?.Invoke();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<int> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(_queue.Count + (_current is null ? 0 : 1));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (_queue.Count > 0 && !cancellationToken.IsCancellationRequested)
        {
            var (segmentation, order) = _queue[0];
            _queue.RemoveAt(0);
            _current = segmentation;
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _stop = ended.Cancel;
            try
            {
                await SegmentAsync(GrainFactory.GetGrain<ISegmentationGrain>(segmentation), order, ended.Token);
                troubles.Clear($"segmentation {segmentation}");
            }
#pragma warning disable CA1031 // One question must not stop the device for the others; its own actor asks again.
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogError(error, "Segmentation {Segmentation} of {File} on {Device} ended without an answer", segmentation, order.Request.ImageFile, Device);
                troubles.Note($"segmentation {segmentation}", $"It could not be answered and is tried again: {error.Message}");
            }
            finally
            {
                _stop = null;
                _current = null;
            }
        }
    }

    // A question that cost a worker gets another one to itself, with no training beside it; if it costs that too, it is the question.
    private async Task SegmentAsync(ISegmentationGrain segmentation, SegmentOrder order, CancellationToken cancellationToken)
    {
        var alone = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(segmentation, order with { OrderId = $"{order.OrderId}/{attempt}" }, alone, cancellationToken);
                return;
            }
            catch (WorkerLostException lost) when (!lost.WasExecuting && attempt < LossesOverOthers)
            {
                log.LogWarning("The {Loss} over other work; segmentation {Segmentation} is tried again", lost.Message, order.OrderId);
            }
            catch (WorkerLostException lost) when (lost.WasExecuting && !alone)
            {
                log.LogWarning("The {Loss} while it segmented for {Segmentation}, which is now tried alone", lost.Message, order.OrderId);
                alone = true;
            }
            catch (WorkerLostException lost)
            {
                var file = order.Request.ImageFile;
                await segmentation.EndAsync(null, new Failure(
                    $"The {lost.Story} while it segmented {file ?? "the image"}, twice, the second time with nothing beside it.",
                    file,
                    lost.Reason is null ? "The volume may be too large for the memory of this machine." : "Look into the platform's logs, then ask again."));
                return;
            }
        }
    }

    private async Task ExecuteAsync(ISegmentationGrain segmentation, SegmentOrder order, bool alone, CancellationToken cancellationToken)
    {
        var lastProgress = DateTimeOffset.MinValue;
        await foreach (var message in workers.ExecuteAsync(Device, order, alone, cancellationToken))
        {
            if (message.IsEnd)
            {
                await segmentation.EndAsync(message.Segmented, message.Failed);
            }
            else if (message.Progress is { } progress && clock.GetUtcNow() - lastProgress >= timings.ProgressInterval)
            {
                lastProgress = clock.GetUtcNow();
                DelayDeactivation(timings.LeaseLifetime);
                await segmentation.ReportAsync(progress.Phase, progress.Done, progress.Total);
            }
        }
    }
}
