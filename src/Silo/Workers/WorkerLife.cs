using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Workers;

/// <summary>One life of a worker, the orders it has, and what it says of itself. A worker that does not get on is ended.</summary>
internal sealed class WorkerLife
{
    private readonly ConcurrentDictionary<string, Followed> _orders = new(StringComparer.Ordinal);
    private readonly WorkerPatience _patience;
    private readonly Action<string> _onHang;
    private WorkerLostException? _lost;
    private WorkerMessage? _pulse;
    private string? _reason;
    private int _silent;

    /// <summary>Starts a worker.</summary>
    /// <param name="description">The process.</param>
    /// <param name="patience">When it is held to be hung.</param>
    /// <param name="onHang">Told why, before it is ended for that.</param>
    /// <param name="log">The silo's log.</param>
    public WorkerLife(ProcessStartInfo description, WorkerPatience patience, Action<string> onHang, ILogger log)
    {
        _patience = patience;
        _onHang = onHang;
        Process = WorkerProcess.Start(description, HandOn, log);
        _ = EndAsync();
        _ = WatchAsync();
    }

    public WorkerProcess Process { get; }

    public bool IsOver => Volatile.Read(ref _lost) is not null;

    public ChannelReader<WorkerMessage> Follow(string orderId, WorkSpans spans)
    {
        var channel = Channel.CreateUnbounded<WorkerMessage>(new UnboundedChannelOptions { SingleReader = true });
        if (!_orders.TryAdd(orderId, new Followed(channel, spans)))
        {
            throw new InvalidOperationException($"Order {orderId} is under way already.");
        }

        if (Volatile.Read(ref _lost) is { } lost)
        {
            channel.Writer.TryComplete(lost.Over(wasExecuting: false));
        }

        return channel.Reader;
    }

    public bool Follows(string orderId) => _orders.ContainsKey(orderId);

    public void Forget(string orderId) => _orders.TryRemove(orderId, out _);

    /// <summary>Whether the worker is at this order now; one that says nothing of orders yet may be at any.</summary>
    public bool Executes(string orderId) => Executed is null || Executed == orderId;

    /// <summary>Whether it is writing down a result, which is not to be cut off.</summary>
    public bool IsStoring => Volatile.Read(ref _pulse)?.Pulse?.Phase == WorkPhase.Store.Name;

    /// <summary>Ends the worker; whoever waits for its orders is told why.</summary>
    public void Kill(string reason)
    {
        Interlocked.CompareExchange(ref _reason, reason, null);
        Process.Kill();
    }

    private string? Executed => Volatile.Read(ref _pulse)?.OrderId;

    private void HandOn(WorkerMessage message)
    {
        Volatile.Write(ref _silent, 0);
        if (message.Hello is not null || message.Pulse is not null)
        {
            Volatile.Write(ref _pulse, message);
            if (message is { OrderId: { } executed, Pulse: { } pulse } && _orders.TryGetValue(executed, out var order))
            {
                order.Spans.At(pulse.Phase);
            }
        }
        else if (message.OrderId is { } id && _orders.TryGetValue(id, out var order))
        {
            order.Messages.Writer.TryWrite(message);
        }
    }

    private async Task EndAsync()
    {
        var lost = (await Process.Ended).For(Volatile.Read(ref _reason));
        Volatile.Write(ref _lost, lost);
        foreach (var (orderId, order) in _orders)
        {
            order.Messages.Writer.TryComplete(lost.Over(Executes(orderId)));
        }
    }

    // Silence is counted in looks instead of by the clock: a silo that was itself stopped holds nothing against its worker.
    private async Task WatchAsync()
    {
        using var looks = new PeriodicTimer(_patience.Look);
        while (!IsOver && await looks.WaitForNextTickAsync())
        {
            if (_orders.IsEmpty)
            {
                Volatile.Write(ref _silent, 0);
            }
            else if (Hang(Interlocked.Increment(ref _silent) * _patience.Look, Volatile.Read(ref _pulse)) is { } hang)
            {
                _onHang(hang);
                Kill(hang);
                return;
            }
        }
    }

    private string? Hang(TimeSpan silent, WorkerMessage? said)
    {
        if (silent > _patience.OfSilence(said is not null))
        {
            return $"worker said nothing for {Seconds(silent)} s, as if it had been stopped, and was ended";
        }

        return said?.Pulse is { } pulse && TimeSpan.FromSeconds(pulse.StillSeconds) is var still && still > _patience.Of(pulse.Phase)
            ? $"worker did not get on for {Seconds(still)} s at '{pulse.Phase}' and was ended"
            : null;
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    /// <summary>An order the worker has.</summary>
    /// <param name="Messages">What it says of it.</param>
    /// <param name="Spans">What it is at.</param>
    private sealed record Followed(Channel<WorkerMessage> Messages, WorkSpans Spans);
}
