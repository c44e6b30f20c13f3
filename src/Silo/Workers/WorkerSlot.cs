using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Workers;

/// <summary>A place for one worker: started when there is something to do, started again after a loss.</summary>
internal sealed class WorkerSlot(Func<ProcessStartInfo> describe, TimeSpan patience, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Life? _life;
    private bool _closed;

    /// <inheritdoc cref="IWorkerPool.ExecuteAsync"/>
    public async IAsyncEnumerable<WorkerMessage> ExecuteAsync(WorkOrder order, [EnumeratorCancellation] CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
        {
            yield return Stopped(order);
            yield break;
        }

        var life = Alive();
        var messages = life.Follow(order.OrderId);
        using var stopping = stop.Register(() => _ = StopAsync(life, order.OrderId));
        var isOver = false;
        try
        {
            await life.Process.SendAsync(new WorkerCommand { Execute = order });
            await foreach (var message in messages.ReadAllAsync(CancellationToken.None))
            {
                isOver = message.IsEnd;
                yield return message;
                if (isOver)
                {
                    yield break;
                }
            }
        }
        finally
        {
            life.Forget(order.OrderId);
            if (!isOver)
            {
                // Whoever asked no longer listens.
                await life.Process.SendAsync(new WorkerCommand { Cancel = order.OrderId });
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Life? last;
        lock (_gate)
        {
            _closed = true;
            last = _life;
            _life = null;
        }

        if (last is not null)
        {
            await last.Process.DisposeAsync();
        }
    }

    private static WorkerMessage Stopped(WorkOrder order) => order is TrainOrder
        ? new WorkerMessage { OrderId = order.OrderId, Report = new TrainReport { Cancelled = true } }
        : new WorkerMessage { OrderId = order.OrderId, Cancelled = true };

    private Life Alive()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_life is null || _life.IsOver)
            {
                _life = new Life(describe(), log);
            }

            return _life;
        }
    }

    private async Task StopAsync(Life life, string orderId)
    {
        await life.Process.SendAsync(new WorkerCommand { Cancel = orderId });
        await Task.Delay(patience);
        if (life.Follows(orderId))
        {
            log.LogWarning("The worker did not stop order {Order} within {Patience}; it is killed", orderId, patience);
            life.Process.Kill();
        }
    }

    /// <summary>One life of the worker and the orders it has.</summary>
    private sealed class Life
    {
        private readonly ConcurrentDictionary<string, Channel<WorkerMessage>> _orders = new(StringComparer.Ordinal);
        private WorkerLostException? _lost;

        public Life(ProcessStartInfo description, ILogger log)
        {
            Process = WorkerProcess.Start(description, HandOn, log);
            _ = EndAsync();
        }

        public WorkerProcess Process { get; }

        public bool IsOver => Volatile.Read(ref _lost) is not null;

        public ChannelReader<WorkerMessage> Follow(string orderId)
        {
            var channel = Channel.CreateUnbounded<WorkerMessage>(new UnboundedChannelOptions { SingleReader = true });
            if (!_orders.TryAdd(orderId, channel))
            {
                throw new InvalidOperationException($"Order {orderId} is under way already.");
            }

            if (Volatile.Read(ref _lost) is { } lost)
            {
                channel.Writer.TryComplete(lost);
            }

            return channel.Reader;
        }

        public bool Follows(string orderId) => _orders.ContainsKey(orderId);

        public void Forget(string orderId) => _orders.TryRemove(orderId, out _);

        private void HandOn(WorkerMessage message)
        {
            if (message.OrderId is { } id && _orders.TryGetValue(id, out var channel))
            {
                channel.Writer.TryWrite(message);
            }
        }

        private async Task EndAsync()
        {
            var lost = await Process.Ended;
            Volatile.Write(ref _lost, lost);
            foreach (var channel in _orders.Values)
            {
                channel.Writer.TryComplete(lost);
            }
        }
    }
}
