using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Worker.Protocol;

/// <summary>
/// What the executing thread is at. That thread alone says so, as it gets on; a thread that computes nothing tells the silo,
/// once a second, with the time since. So a stopped process is silent, and one whose executing thread is stuck says so. Another phase is told at once.
/// </summary>
internal sealed class Pulse(MessageWriter messages)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Stack<(string OrderId, WorkPhase Phase)> _work = new();
    private bool _isHeard;

    // In turns instead of by the clock: while the process is stopped, no turn passes and nothing is held against it.
    private int _still;

    /// <summary>Begins to tell; before that, nobody listens.</summary>
    public void Start()
    {
        _isHeard = true;
        new Thread(Beat) { IsBackground = true, Name = "pulse" }.Start();
    }

    /// <summary>An order begins; the one that was executed waits for its end.</summary>
    public void Begin(string orderId, WorkPhase phase)
    {
        lock (_gate)
        {
            _work.Push((orderId, phase));
            Tell();
        }
    }

    /// <summary>The order that began last has ended.</summary>
    public void End()
    {
        lock (_gate)
        {
            _work.Pop();
            Tell();
        }
    }

    /// <summary>The executing thread got on, and does this now.</summary>
    public void At(WorkPhase phase)
    {
        lock (_gate)
        {
            var before = _work.Pop();
            _work.Push(before with { Phase = phase });
            _still = 0;
            if (before.Phase != phase)
            {
                Say();
            }
        }
    }

    private void Tell()
    {
        _still = 0;
        Say();
    }

    private void Say()
    {
        if (_isHeard)
        {
            messages.Write(_work.TryPeek(out var now)
                ? new WorkerMessage { OrderId = now.OrderId, Pulse = new WorkerPulse(now.Phase.Name, _still * (int)Turn.TotalSeconds) }
                : new WorkerMessage { Pulse = new WorkerPulse("", 0) });
        }
    }

    private void Beat()
    {
        while (true)
        {
            Thread.Sleep(Turn);
            lock (_gate)
            {
                if (_work.Count > 0)
                {
                    _still++;
                    Say();
                }
            }
        }
    }
}
