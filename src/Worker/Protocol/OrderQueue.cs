using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Worker.Protocol;

/// <summary>
/// The orders a worker was given and has not ended: filled by the thread that reads commands, emptied by the one thread
/// that executes. Cancelling the order that runs only marks it; the executing thread answers.
/// </summary>
internal sealed class OrderQueue
{
    private readonly object _gate = new();
    private readonly List<QueuedOrder> _waiting = [];
    private readonly Dictionary<string, QueuedOrder> _known = [];
    private bool _closed;

    /// <summary>Whether an order waits or is being executed.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _known.Count > 0;
            }
        }
    }

    /// <summary>Adds an order; one that is known already is not added twice.</summary>
    public void Add(WorkOrder order)
    {
        lock (_gate)
        {
            if (_closed || _known.ContainsKey(order.OrderId))
            {
                return;
            }

            var queued = new QueuedOrder(order);
            _known.Add(order.OrderId, queued);
            _waiting.Add(queued);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Marks an order that runs as not wanted any more; one that waits is forgotten.</summary>
    /// <returns>The order that waited, for whoever cancels to answer it; null when the executing thread will.</returns>
    public WorkOrder? Cancel(string orderId)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(orderId, out var queued))
            {
                return null;
            }

            if (!_waiting.Remove(queued))
            {
                queued.Cancel();
                return null;
            }

            _known.Remove(orderId);
            queued.Dispose();
            return queued.Order;
        }
    }

    /// <summary>No further orders will come; <see cref="Take"/> returns null once the queue is empty.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits for the next order; null when there will be none.</summary>
    public QueuedOrder? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            var next = _waiting[0];
            _waiting.RemoveAt(0);
            return next;
        }
    }

    /// <summary>The next segment order that waits, if any: what a training order lets pass between two steps.</summary>
    public QueuedOrder? TryTakeSegment()
    {
        lock (_gate)
        {
            var index = _waiting.FindIndex(o => o.Order is SegmentOrder);
            if (index < 0)
            {
                return null;
            }

            var next = _waiting[index];
            _waiting.RemoveAt(index);
            return next;
        }
    }

    /// <summary>Forgets an order that has ended.</summary>
    public void End(QueuedOrder order)
    {
        lock (_gate)
        {
            _known.Remove(order.Order.OrderId);
        }

        order.Dispose();
    }
}
