using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Worker.Protocol;

namespace Hermes.Worker.Orders;

/// <summary>
/// Executes orders one at a time on the thread that calls <see cref="Run"/>; all tensor work happens there. A segment order
/// may run between two steps of a training order, and between two windows of its validation.
/// </summary>
/// <param name="queue">Where orders come from.</param>
/// <param name="messages">Where answers go.</param>
/// <param name="pulse">What is told meanwhile.</param>
/// <param name="ingest">Looks into cases.</param>
/// <param name="previews">Makes previews.</param>
/// <param name="priors">Compares priors.</param>
/// <param name="imports">Makes packages of weights.</param>
/// <param name="onDevice">Trains and segments; null in a worker without a device.</param>
internal sealed class WorkerLoop(
    OrderQueue queue, MessageWriter messages, Pulse pulse, IngestExecutor ingest, PreviewExecutor previews, PriorMapExecutor priors, ImportExecutor imports,
    DeviceExecutors? onDevice)
{
    /// <summary>Executes until the queue is closed and empty.</summary>
    /// <returns>Whether every order ended well.</returns>
    public bool Run()
    {
        var allWell = true;
        while (queue.Take() is { } next)
        {
            allWell &= Execute(next);
        }

        return allWell;
    }

    private bool Execute(QueuedOrder queued)
    {
        pulse.Begin(queued.Order.OrderId, queued.Order switch
        {
            IngestOrder => WorkPhase.Ingest,
            TrainOrder => WorkPhase.Prepare,
            _ => WorkPhase.Load,
        });
        var (answer, isWell) = Answer(queued);
        pulse.End();

        // Forgotten before it is answered: who reads the answer may send the order again, or end the input.
        queue.End(queued);
        messages.Write(answer with { OrderId = queued.Order.OrderId });
        return isWell;
    }

    private (WorkerMessage Answer, bool IsWell) Answer(QueuedOrder queued)
    {
        try
        {
            queued.Cancelled.ThrowIfCancellationRequested();
            if (queued.Order is SegmentOrder questions && onDevice is { Segment: var segment })
            {
                var answers = segment.Execute(questions, queued.Cancelled);
                return (new WorkerMessage { Segmented = answers }, answers.All(a => a.Failed is null));
            }

            return (queued.Order switch
            {
                IngestOrder order => new WorkerMessage { Ingested = ingest.Execute(order, queued.Cancelled) },
                PreviewOrder order => new WorkerMessage { Preview = previews.Execute(order, queued.Cancelled) },
                PriorMapOrder order => new WorkerMessage { PriorMap = priors.Execute(order, queued.Cancelled) },
                ImportOrder order => new WorkerMessage { Imported = imports.Execute(order, queued.Cancelled) },
                TrainOrder order when onDevice is { Train: var train } => new WorkerMessage { Report = train.Execute(order, ServeSegmentations, queued.Cancelled) },
                SegmentOrder or TrainOrder => throw new HermesException("This worker has no device: it was started with --without-device."),
                _ => throw new HermesException($"This worker does not know orders of kind {queued.Order.GetType().Name}."),
            }, true);
        }
        catch (OperationCanceledException) when (queued.Cancelled.IsCancellationRequested)
        {
            return (WorkerMessage.CancelledOf(queued.Order), true);
        }
        catch (Exception error) when (FailureOf.IsTellable(error))
        {
            Console.Error.WriteLine(error);
            var failure = FailureOf.Exception(error);
            return (
                queued.Order is TrainOrder
                    ? new WorkerMessage { Report = new TrainReport { Failed = failure } }
                    : new WorkerMessage { Failed = failure, FailedToo = error is CaseRefusedException refused ? [.. refused.Problems.Skip(1)] : [] },
                false);
        }
    }

    private void ServeSegmentations()
    {
        while (queue.TryTakeSegment() is { } segmentation)
        {
            Execute(segmentation);
        }
    }
}
