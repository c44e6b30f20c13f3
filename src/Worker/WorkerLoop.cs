using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Worker.Orders;
using Hermes.Worker.Protocol;

namespace Hermes.Worker;

/// <summary>
/// Executes orders one at a time on the thread that calls <see cref="Run"/>; all tensor work happens there. A segment order
/// may run between two steps of a training order.
/// </summary>
internal sealed class WorkerLoop(OrderQueue queue, MessageWriter messages, IngestExecutor ingest, TrainExecutor train, SegmentExecutor segment)
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
        try
        {
            queued.Cancelled.ThrowIfCancellationRequested();
            switch (queued.Order)
            {
                case IngestOrder order:
                    messages.Write(new WorkerMessage { OrderId = order.OrderId, Ingested = ingest.Execute(order, queued.Cancelled) });
                    break;
                case SegmentOrder order:
                    messages.Write(new WorkerMessage { OrderId = order.OrderId, Segmented = segment.Execute(order, queued.Cancelled) });
                    break;
                case TrainOrder order:
                    train.Execute(order, ServeSegmentations, queued.Cancelled);
                    break;
                default:
                    throw new HermesException($"This worker does not know orders of kind {queued.Order.GetType().Name}.");
            }

            return true;
        }
        catch (OperationCanceledException) when (queued.Cancelled.IsCancellationRequested)
        {
            messages.Write(queued.Order is TrainOrder
                ? new WorkerMessage { OrderId = queued.Order.OrderId, Report = new TrainReport { Cancelled = true } }
                : new WorkerMessage { OrderId = queued.Order.OrderId, Cancelled = true });
            return true;
        }
        catch (Exception error) when (FailureOf.IsTellable(error))
        {
            var failure = FailureOf.Exception(error);
            messages.Write(queued.Order is TrainOrder
                ? new WorkerMessage { OrderId = queued.Order.OrderId, Report = new TrainReport { Failed = failure } }
                : new WorkerMessage { OrderId = queued.Order.OrderId, Failed = failure });
            Console.Error.WriteLine(error);
            return false;
        }
        finally
        {
            queue.End(queued);
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
