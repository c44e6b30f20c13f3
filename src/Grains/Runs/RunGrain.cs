using System.Runtime.CompilerServices;
using Hermes.Blobs;
using Hermes.Grains.Catalog;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;
using Hermes.Grains.State;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Runs;

/// <inheritdoc cref="IRunGrain"/>
public sealed class RunGrain(
    [PersistentState("run", "hermes")] IPersistentState<Versioned<RunRecord>> storage,
    IBlobStore blobs,
    ICatalogStore catalog,
    IEventBus events,
    GrainTimings timings,
    TimeProvider clock,
    ILogger<RunGrain> log) : Grain, IRunGrain
{
    private Owned<RunRecord> _record = null!;
    private Story _story = null!;
    private Background _care = null!;
    private RunProgress _progress = RunProgress.None;
    private Lease? _ended;

    private string Name => this.GetPrimaryKeyString();

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);

    private RunInputs Inputs => new(GrainFactory, catalog, blobs);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<RunRecord>(storage, catalog, Describe, DeactivateOnIdle);
        _story = new Story(clock, timings.Heartbeat);
        _care = new Background(log);
        _story.ContinueAfter(_record.Value.Sequence);
        if (_record.Value.State != RunState.Absent)
        {
            Tell();
        }

        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(timings.Tick, timings.Tick));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _care.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RunStatus> StartAsync(string commandId, RunRequest request, CancellationToken cancellationToken)
    {
        if (_record.Value.State != RunState.Absent)
        {
            return _record.Value.StartCommand == commandId ? Status() : throw new HermesException(
                $"Run '{Name}' exists.", hint: $"Choose another name; see it with: hermes run show {Name}");
        }

        Names.Require(Name, "run");
        Names.Require(request.Model, "model");
        if (request.Steps is < 1)
        {
            throw new HermesException($"A run needs at least 1 step; {request.Steps} were asked for.");
        }

        var configuration = RunConfiguration.Of(request);
        var pinned = await Inputs.PinAsync(request.Datasets, cancellationToken);
        await _record.SetAsync(_record.Value with
        {
            State = RunState.Queued,
            StartCommand = commandId,
            Request = request,
            Configuration = configuration.ToJson(),
            StepsTotal = configuration.Steps,
            Datasets = pinned,
            Created = clock.GetUtcNow(),
        });
        Tell();
        await Scheduler.EnqueueAsync(Name, cancellationToken: cancellationToken);
        return Status();
    }

    /// <inheritdoc/>
    public async Task<RunStatus> CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        if (record.State == RunState.Absent)
        {
            throw new HermesException($"There is no run '{Name}'.", hint: "List the runs with: hermes run list");
        }

        if (record.Commands.Contains(commandId) || !(record.IsWaiting || record.State == RunState.Running))
        {
            return Status();
        }

        var waiting = record.IsWaiting;
        await _record.SetAsync(Commanded(commandId) with
        {
            State = waiting ? RunState.Cancelled : RunState.Cancelling,
            Cause = null,
            Ended = waiting ? clock.GetUtcNow() : null,
        });
        Tell();
        Care();
        return Status();
    }

    /// <inheritdoc/>
    public async Task<RunStatus> ResumeAsync(string commandId, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        if (record.Commands.Contains(commandId))
        {
            return Status();
        }

        if (record.State is not (RunState.Cancelled or RunState.Failed))
        {
            throw record.State == RunState.Absent
                ? new HermesException($"There is no run '{Name}'.", hint: "List the runs with: hermes run list")
                : new HermesException($"Run '{Name}' is {StateName.Of(record.State)}; only a cancelled or failed run can be resumed.");
        }

        await _record.SetAsync(Commanded(commandId) with { State = RunState.Queued, Cause = null, Note = null, Crashes = 0, Ended = null });
        Tell();
        await Scheduler.EnqueueAsync(Name, cancellationToken: cancellationToken);
        return Status();
    }

    /// <inheritdoc/>
    public Task<RunStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status());

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in _story.ReadAsync(afterSequence, cancellationToken))
        {
            yield return happened;
        }
    }

    /// <inheritdoc/>
    public async Task<TrainOrder?> BeginAsync(Lease lease, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        var isNewer = record.Lease is null || lease.Token > record.Lease.Token;
        var mayBegin = lease.Run == Name && (record.Lease == lease ? record.State == RunState.Running : isNewer && (record.IsWaiting || record.State == RunState.Running));
        if (!mayBegin || await Scheduler.FindLeaseAsync(Name, cancellationToken) != lease)
        {
            return null;
        }

        if (record.Lease != lease)
        {
            _progress = RunProgress.None;
            await _record.SetAsync(_record.Value.AtLastCheckpoint() with { State = RunState.Running, Lease = lease, Cause = null });
            Tell();
            Care();
        }

        return await WriteOrderAsync(lease, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> ReportAsync(Lease lease, TrainReport report, CancellationToken cancellationToken)
    {
        if (_record.Value.Lease != lease || !_record.Value.IsLeased)
        {
            return false;
        }

        _progress = _progress.With(report);
        await (report switch
        {
            { Completed: { } content } => CompleteAsync(content, cancellationToken),
            { Failed: { } cause } => EndAsync(RunState.Failed, cause),
            { Cancelled: true } => InterruptAsync(report.Message ?? "Its silo asked the worker to stop.", report.Message),
            { Lost: { } loss, LostOverOther: true } => InterruptAsync($"At step {_progress.Step ?? _record.Value.Step}, over other work: {loss}"),
            { Lost: { } loss } => LoseWorkerAsync(loss),
            { Checkpoint: not null } or { Chunk: not null } => KeepAsync(report),
            { Message: { } note } => NoteAsync(report, note),
            _ => TellProgressAsync(report),
        });
        return _record.Value.Lease == lease;
    }

    /// <inheritdoc/>
    public async Task LeaseVoidAsync(Lease lease, string reason)
    {
        if (_record.Value.Lease == lease && _record.Value.IsLeased)
        {
            await InterruptAsync(reason);
        }
    }

    /// <inheritdoc/>
    public async Task WakeAsync()
    {
        await _record.ShowAsync();
        await Tick();
    }

    /// <inheritdoc/>
    public async Task AcknowledgeEventAsync(string eventId, int modelVersion)
    {
        if (_record.Value.Outbox?.EventId == eventId)
        {
            await _record.SetAsync(_record.Value with { Outbox = null, ModelVersion = modelVersion, Sequence = _story.LastSequence + 1 });
            Tell();
        }
    }

    // What cannot be written now is read in vain the next time too; only what is slow to answer is asked again.
    private async Task<TrainOrder?> WriteOrderAsync(Lease lease, CancellationToken cancellationToken)
    {
        try
        {
            return await Inputs.OrderAsync(Name, $"{Name}/{lease.Token}", _record.Value, cancellationToken);
        }
        catch (Exception error) when (error is TimeoutException or OrleansException)
        {
            log.LogWarning(error, "The order of run {Run} could not be written", Name);
            await LoseWorkerAsync($"its order could not be written: {error.Message}");
        }
#pragma warning disable CA1031 // Whatever it was, the run must not circle between a device and the queue.
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "The order of run {Run} could not be written", Name);
            var known = error as HermesException;
            var resume = $"then: hermes run resume {Name}";
            await EndAsync(RunState.Failed, new Failure(
                $"What the run is to learn could not be read or written down: {error.Message}",
                known?.File,
                DiskFull.Is(error) ? $"Free some space, {resume}" : known?.Hint ?? $"Mend the cause, {resume}"));
        }

        return null;
    }

    private async Task NoteAsync(TrainReport report, string note)
    {
        await _record.SetAsync(_record.Value with { Note = note, Sequence = _story.LastSequence });
        await TellProgressAsync(report);
    }

    private async Task KeepAsync(TrainReport report)
    {
        var record = _record.Value with { LastMetrics = _progress.Metrics ?? _record.Value.LastMetrics };
        record = report.Chunk is { } chunk ? record.WithMetrics(chunk) : record;
        record = report.Checkpoint is { } checkpoint ? record.WithCheckpoint(checkpoint) : record;
        await _record.SetAsync(record with { Sequence = _story.LastSequence });
        await TellProgressAsync(report);
        Care();
    }

    private async Task CompleteAsync(ModelVersionContent content, CancellationToken cancellationToken)
    {
        if (!await blobs.ExistsAsync(content.Package, cancellationToken))
        {
            await EndAsync(RunState.Failed, new Failure($"The worker named the model package {content.Package.Sha256}, which is not in the blob store.", Hint: $"Resume with: hermes run resume {Name}"));
            return;
        }

        var record = _record.Value;
        _ended = record.Lease;
        await _record.SetAsync(record with
        {
            State = RunState.Completed,
            Lease = null,
            Cause = null,
            Content = content,
            Step = _progress.Step ?? record.Step,
            LastMetrics = _progress.Metrics ?? record.LastMetrics,
            Ended = clock.GetUtcNow(),
            Outbox = new RunCompleted
            {
                EventId = $"{Name}/{content.Package.Sha256}",
                Run = Name,
                Model = record.Request!.Model,
                Content = content,
                Datasets = record.Datasets,
            },
        });
        Tell();
        Care();
    }

    private async Task LoseWorkerAsync(string loss)
    {
        const int Limit = 3;
        var record = _record.Value;
        var step = _progress.Step ?? record.Step;
        var crashes = record.Crashes + 1;
        if (record.State == RunState.Running && crashes >= Limit)
        {
            await _record.SetAsync(record with { Crashes = crashes });
            await EndAsync(RunState.Failed, new Failure(
                $"The worker was lost {crashes} times without a new checkpoint, last at step {step}: {loss}.",
                Hint: $"Mend the cause, often too little memory, then: hermes run resume {Name}"));
            return;
        }

        await _record.SetAsync(record with { Crashes = crashes });
        await InterruptAsync($"At step {step}: {loss}");
    }

    // The worker or its silo is gone: goes on from the last checkpoint, unless it was to end anyway.
    private async Task InterruptAsync(string reason, string? unsaved = null)
    {
        if (_record.Value.State == RunState.Cancelling)
        {
            await EndAsync(RunState.Cancelled, unsaved is null ? null : new Failure(unsaved));
            return;
        }

        _ended = _record.Value.Lease;
        await _record.SetAsync(_record.Value with { State = RunState.Interrupted, Lease = null, Cause = new Failure(reason), Sequence = _story.LastSequence + 1 });
        Tell();
        Care();
    }

    private async Task EndAsync(RunState state, Failure? cause)
    {
        _ended = _record.Value.Lease;
        await _record.SetAsync(_record.Value with { State = state, Lease = null, Cause = cause, Ended = clock.GetUtcNow(), Sequence = _story.LastSequence + 1 });
        Tell();
        Care();
    }

    private Task Tick()
    {
        Care();
        return Task.CompletedTask;
    }

    /// <summary>Does beside the requests whatever the present state needs of others; repeating it is harmless.</summary>
    private void Care()
    {
        if (_record.Value.IsWaiting || _record.Value.IsLeased)
        {
            DelayDeactivation(timings.LeaseLifetime);
        }

        _care.Start($"care for run {Name}", CareAsync);
    }

    private async Task CareAsync(CancellationToken stop)
    {
        var record = _record.Value;
        if (record.Discarded.Count > 0)
        {
            await DiscardAsync(record.Discarded, stop);
        }

        if (record.Outbox is { } completed)
        {
            await events.PublishAsync(completed, stop);
        }

        if (_ended is { } ended)
        {
            await Scheduler.ReleaseAsync(ended, stop);
            _ended = _ended == ended ? null : _ended;
        }

        if (record.IsWaiting)
        {
            await Scheduler.EnqueueAsync(Name, record.State == RunState.Interrupted, stop);
        }
        else if (record.State is RunState.Cancelled or RunState.Failed)
        {
            await Scheduler.DequeueAsync(Name, stop);
        }
        else if (record is { IsLeased: true, Lease: { } lease })
        {
            if (await Scheduler.FindLeaseAsync(Name, stop) != lease)
            {
                await LeaseVoidAsync(lease, "The device that worked on it is gone.");
            }
            else if (_record.Value.State == RunState.Cancelling)
            {
                await GrainFactory.GetGrain<ITrainerGrain>(lease.Device).StopAsync(lease, stop);
            }
        }
    }

    private async Task DiscardAsync(IReadOnlyList<Interfaces.Blobs.BlobRef> discarded, CancellationToken stop)
    {
        foreach (var blob in discarded)
        {
            await blobs.DeleteAsync(blob, stop);
        }

        var gone = discarded.Select(b => b.Sha256).ToHashSet(StringComparer.Ordinal);
        await _record.SetAsync(_record.Value with { Discarded = [.. _record.Value.Discarded.Where(b => !gone.Contains(b.Sha256))] });
    }

    private RunRecord Commanded(string commandId) => _record.Value with
    {
        Commands = [.. _record.Value.Commands.TakeLast(15), commandId],
        Sequence = _story.LastSequence + 1,
    };

    private Task TellProgressAsync(TrainReport report)
    {
        Tell(report.Message);
        return Task.CompletedTask;
    }

    private void Tell(string? message = null) => _story.Append(RunDescription.Event(_record.Value, _progress, message));

    private RunStatus Status() => RunDescription.Status(Name, _record.Value, _progress, blobs.Trouble());

    private CatalogEntry Describe(RunRecord record, long version) => CatalogRow.Of(
        CatalogKinds.Run,
        Name,
        version,
        StateName.Of(record.State),
        record.IsWaiting || record.IsLeased || record.Outbox is not null,
        RunDescription.Status(Name, record, _progress, storage: null),
        clock);
}
