using System.Diagnostics;
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

    private readonly List<Waiting> _queue = [];
    private readonly List<string> _current = [];
    private Background _work = null!;
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
        if (!_current.Contains(segmentation) && _queue.All(q => q.Segmentation != segmentation))
        {
            _queue.Add(new Waiting(segmentation, order));
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
        if (_current.Remove(segmentation) && _current.Count == 0)
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
    public Task<int> LoadAsync(CancellationToken cancellationToken) => Task.FromResult(_queue.Count + _current.Count);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        // What was asked together does not arrive at once; a probe is answered by itself.
        if (_queue.Any(q => q.Order.Requests[0].Probe is null))
        {
            await Task.Delay(timings.Gathering, clock, cancellationToken);
        }

        while (_queue.Count > 0 && !cancellationToken.IsCancellationRequested)
        {
            var (segmentations, order) = TakeTogether();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _stop = ended.Cancel;
            try
            {
                await SegmentAsync(segmentations, order, ended.Token);
                segmentations.ForEach(s => troubles.Clear($"segmentation {s}"));
            }
#pragma warning disable CA1031 // One order must not stop the device for the others; the questions' own actors ask again.
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                log.LogError(error, "Segmentation {Segmentation} of {File} on {Device} ended without an answer", order.OrderId, order.Requests[0].ImageFile, Device);
                segmentations.ForEach(s => troubles.Note($"segmentation {s}", $"It could not be answered and is tried again: {error.Message}"));
            }
            finally
            {
                _stop = null;
                _current.Clear();
            }
        }
    }

    // The question that waits longest, and with it those about the same image to the same trunk.
    private (List<string> Segmentations, SegmentOrder Order) TakeTogether()
    {
        List<Waiting> taken = [_queue[0]];
        var order = taken[0].Order;
        foreach (var waiting in _queue.Skip(1))
        {
            if (!taken[0].IsSuspect && !waiting.IsSuspect && order.HasRoomFor(waiting.Order.Requests[0]))
            {
                taken.Add(waiting);
                order = order with { Requests = [.. order.Requests, waiting.Order.Requests[0]] };
            }
        }

        _queue.RemoveAll(taken.Contains);
        _current.AddRange(taken.Select(t => t.Segmentation));
        return ([.. _current], order);
    }

    // Questions that cost a worker are asked one by one; one that costs another gets a worker to itself, with no training beside it; if it costs that too, it is the question.
    private async Task SegmentAsync(List<string> segmentations, SegmentOrder order, CancellationToken cancellationToken)
    {
        var alone = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(segmentations, order with { OrderId = $"{order.OrderId}/{attempt}" }, alone, cancellationToken);
                return;
            }
            catch (WorkerLostException lost) when (!lost.WasExecuting && attempt < LossesOverOthers)
            {
                log.LogWarning("The {Loss} over other work; segmentation {Segmentation} is tried again", lost.Message, order.OrderId);
            }
            catch (WorkerLostException lost) when (lost.WasExecuting && segmentations.Count > 1)
            {
                log.LogWarning("The {Loss} while it segmented for {Segmentation} and others, which are now tried one by one", lost.Message, order.OrderId);
                _queue.InsertRange(0, segmentations.Zip(order.Requests)
                    .Where(q => _current.Contains(q.First))
                    .Select(q => new Waiting(q.First, order with { OrderId = $"{order.OrderId}/{q.First}", Requests = [q.Second] }, IsSuspect: true)));
                return;
            }
            catch (WorkerLostException lost) when (lost.WasExecuting && !alone)
            {
                log.LogWarning("The {Loss} while it segmented for {Segmentation}, which is now tried alone", lost.Message, order.OrderId);
                alone = true;
            }
            catch (WorkerLostException lost)
            {
                await EndAsync(segmentations, [.. order.Requests.Select(r => new SegmentAnswer(null, new Failure(
                    $"The {lost.Story} while it segmented {r.ImageFile ?? "the image"}, twice, the second time with nothing beside it.",
                    r.ImageFile,
                    lost.Reason is null ? "The volume may be too large for the memory of this machine." : "Look into the platform's logs, then ask again.")))]);
                return;
            }
        }
    }

    private async Task ExecuteAsync(List<string> segmentations, SegmentOrder order, bool alone, CancellationToken cancellationToken)
    {
        var lastProgress = DateTimeOffset.MinValue;
        await foreach (var message in workers.ExecuteAsync(Device, order, alone, cancellationToken))
        {
            if (message.Failed is { IsPassing: true } away)
            {
                // Nothing is known of the questions, which are asked again.
                throw away.ToException();
            }

            if (message.IsEnd)
            {
                await EndAsync(segmentations, message.Segmented ?? [.. segmentations.Select(_ => new SegmentAnswer(null, message.Failed))]);
            }
            else if (message.Progress is { } progress && clock.GetUtcNow() - lastProgress >= timings.ProgressInterval)
            {
                lastProgress = clock.GetUtcNow();
                DelayDeactivation(timings.LeaseLifetime);
                await ReportAsync(segmentations, progress);
            }
        }
    }

    private async Task ReportAsync(List<string> segmentations, WorkerProgress progress)
    {
        // In the trace of whoever asked the worker's phases say the same.
        Activity.Current = null;
        await Task.WhenAll(Still(segmentations).Select(s => s.Grain.ReportAsync(progress.Phase, progress.Done, progress.Total)));
    }

    private Task EndAsync(List<string> segmentations, IReadOnlyList<SegmentAnswer> answers) =>
        Task.WhenAll(Still(segmentations).Select(s => s.Grain.EndAsync(answers[s.Index].Result, answers[s.Index].Failed)));

    // Those that nobody gave up meanwhile.
    private List<(int Index, ISegmentationGrain Grain)> Still(List<string> segmentations) =>
    [
        .. from segmentation in segmentations.Select((key, index) => (key, index))
           where _current.Contains(segmentation.key)
           select (segmentation.index, GrainFactory.GetGrain<ISegmentationGrain>(segmentation.key)),
    ];

    /// <summary>A question in the queue.</summary>
    /// <param name="Segmentation">The key of its actor.</param>
    /// <param name="Order">The order that answers it alone.</param>
    /// <param name="IsSuspect">Whether a worker was lost over it and others, so that it is asked by itself.</param>
    private sealed record Waiting(string Segmentation, SegmentOrder Order, bool IsSuspect = false);
}
