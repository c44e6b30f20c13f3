using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Seams;
using Hermes.Silo.Telemetry;

namespace Hermes.Silo.Workers;

/// <summary>A place for one worker: started when there is something to do, started again after a loss.</summary>
internal sealed class WorkerSlot(string name, Func<ProcessStartInfo> describe, WorkerPatience patience, Troubles troubles, SiloMetrics metrics, ILogger log) : IAsyncDisposable
{
    private readonly Door _door = new();
    private readonly Lock _gate = new();
    private WorkerLife? _life;
    private bool _closed;

    private string Subject => $"worker {name}";

    /// <inheritdoc cref="IWorkerPool.ExecuteAsync"/>
    public async IAsyncEnumerable<WorkerMessage> ExecuteAsync(WorkOrder order, bool alone, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var visit = await TryEnterAsync(alone, cancellationToken);
        if (visit is null)
        {
            yield return WorkerMessage.CancelledOf(order);
            yield break;
        }

        var life = Alive();
        using var spans = new WorkSpans(order, name);
        var messages = life.Follow(order.OrderId, spans);
        var isOver = false;
        try
        {
            // First of all: a cancel of an order that the worker does not know yet would be lost.
            await life.Process.SendAsync(new WorkerCommand { Execute = order });
            using var stopping = cancellationToken.Register(() => _ = StopAsync(life, order.OrderId));
            using var leaving = visit.Leave.Register(() => _ = StopAsync(life, order.OrderId));
            while (!isOver)
            {
                var message = await NextAsync(messages, visit, spans);
                isOver = message.IsEnd;
                if (isOver)
                {
                    // Before it is told, which may take long: a worker without orders owes no word.
                    life.Forget(order.OrderId);
                    spans.End(message);
                }

                if (!life.IsOver && (isOver || message.Report?.Checkpoint is not null))
                {
                    // Whoever was there before may have hung; this one does its work.
                    troubles.Clear(Subject);
                }

                yield return visit.Leave.IsCancellationRequested ? MadeRoom(message) : message;
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
        WorkerLife? last;
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

    private async Task<Door.Visit?> TryEnterAsync(bool alone, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await _door.EnterAsync(alone, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // Whoever was asked to leave and had to be ended for it is not to blame.
    private static async Task<WorkerMessage> NextAsync(ChannelReader<WorkerMessage> messages, Door.Visit visit, WorkSpans spans)
    {
        try
        {
            return await messages.ReadAsync(CancellationToken.None);
        }
        catch (ChannelClosedException closed) when (closed.InnerException is WorkerLostException lost)
        {
            spans.Fail(lost.Message);
            throw visit.Leave.IsCancellationRequested ? lost.Over(wasExecuting: false) : lost;
        }
    }

    private static WorkerMessage MadeRoom(WorkerMessage message) => message.Report is { Cancelled: true, Message: null } report
        ? message with { Report = report with { Message = "It made room for a segmentation that lost its worker and now runs alone." } }
        : message;

    private WorkerLife Alive()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_life is null || _life.IsOver)
            {
                metrics.Started(name, isAnew: _life is not null);
                _life = Start();
            }

            return _life;
        }
    }

    // No memory for another process, or the program was taken away: a loss like any other, so that its repetition has an end.
    private WorkerLife Start()
    {
        try
        {
            return new WorkerLife(describe(), patience, OnHang, log);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or HermesException or IOException or UnauthorizedAccessException)
        {
            throw WorkerLostException.NotStarted(error.Message);
        }
    }

    private void OnHang(string hang)
    {
        log.LogError("The {Hang} ({Worker})", hang, name);
        troubles.Note(Subject, $"The {hang}; a new one took its place.");
    }

    // Only for the order it is at may a worker be killed; an order that waits is answered without the executing thread.
    private async Task StopAsync(WorkerLife life, string orderId)
    {
        await life.Process.SendAsync(new WorkerCommand { Cancel = orderId });
        for (var waited = TimeSpan.Zero; life.Follows(orderId) && !life.IsOver; )
        {
            await Task.Delay(patience.Look);
            waited += life.Executes(orderId) && !life.IsStoring ? patience.Look : TimeSpan.Zero;
            if (waited >= patience.Cancel && life.Follows(orderId))
            {
                log.LogWarning("The worker {Worker} did not stop order {Order} within {Patience}; it is killed", name, orderId, patience.Cancel);
                life.Kill("worker did not stop for a cancel and was ended");
                return;
            }
        }
    }
}
