using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Runs;

/// <inheritdoc cref="IRunGrain"/>
public sealed class RunGrain(
    [PersistentState("run", "hermes")] IPersistentState<Versioned<RunRecord>> storage,
    IBlobStore blobs,
    OwnerServices services) : OwnerGrain<RunRecord, RunState>(CatalogKinds.Run, Machine, storage, services), IRunGrain, ILeasedRunGrain
{
    internal static readonly StateMachine<RunState> Machine = new(
        (RunState.Absent, [RunState.Queued]),
        (RunState.Queued, [RunState.Running, RunState.Cancelled]),
        (RunState.Running, [RunState.Interrupted, RunState.Cancelling, RunState.Completed, RunState.Failed]),
        (RunState.Interrupted, [RunState.Running, RunState.Cancelled]),
        (RunState.Cancelling, [RunState.Cancelled, RunState.Completed, RunState.Failed]),
        (RunState.Cancelled, [RunState.Queued]),
        (RunState.Failed, [RunState.Queued]));

    private RunProgress _progress = RunProgress.None;
    private Lease? _ended;

    private ISchedulerGrain Scheduler => GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);

    private RunInputs Inputs => new(GrainFactory, Catalog, blobs);

    /// <inheritdoc/>
    public async Task<RunStatus> StartAsync(string commandId, RunRequest request, CancellationToken cancellationToken)
    {
        if (Record.State != RunState.Absent)
        {
            return Record.StartCommand == commandId ? await GetAsync(cancellationToken) : throw new HermesException(
                $"Run '{Key}' exists.", hint: "Choose another name.").With(Remedy.ShowRun, Key);
        }

        Names.Require(Key, "run");
        Names.Require(request.Model, "model");
        if (request.Site is { } site)
        {
            Names.Require(site, "site");
        }

        if (request.DeviceKind is { } kind && !DeviceKinds.All.Contains(kind))
        {
            throw new HermesException($"There are no devices of kind '{kind}'; there are {string.Join(" and ", DeviceKinds.All)}.");
        }

        if (request.Steps is < 1)
        {
            throw new HermesException($"A run needs at least 1 step; {request.Steps} were asked for.");
        }

        if (request is { Branch: not null, Steps: null } or { Trunk: not null, Steps: null })
        {
            throw new HermesException("What is learned after the manner of a trunk is learned in a number of steps that is given.");
        }

        var configuration = await Inputs.ConfigurationAsync(request, cancellationToken);
        if (request.Devices is { } devices && (devices < 1 || !(devices <= (configuration?.BatchSize ?? 1))))
        {
            throw new HermesException(configuration is null
                ? "What is learned after the manner of a trunk is learned on one device."
                : $"A batch of {configuration.BatchSize} can be shared out among 1 to {configuration.BatchSize} devices; {devices} were asked for.");
        }

        var pinned = request switch
        {
            { Branch: { } branch } => branch.Datasets(),
            { Trunk: { } trunk } => trunk.Datasets,
            _ => await Inputs.PinAsync(request.Datasets, cancellationToken),
        };
        var whole = await Inputs.OrderAsync(Key, request, configuration?.ToJson(), pinned, cancellationToken);
        var (order, why) = await Inputs.WithRoomAsync(request, pinned, whole, cancellationToken);
        await ChangeAsync(Record with
        {
            State = RunState.Queued,
            StartCommand = commandId,
            Request = request,
            Order = order with { TraceParent = Tracing.Parent },
            StepsTotal = configuration?.Steps ?? request.Steps!.Value,
            Datasets = pinned,
            Note = why,
            Created = Now,
        });
        if (why is not null)
        {
            Tell(why);
        }

        await Scheduler.EnqueueAsync(Key, demand: Record.Demand(), cancellationToken: cancellationToken);
        return await GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunStatus> CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.State == RunState.Absent)
        {
            throw new HermesException($"There is no run '{Key}'.").With(Remedy.ListRuns);
        }

        if (!record.Commands.Contains(commandId))
        {
            await EndSoonAsync(Commanded(commandId));
        }

        return await GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RunStatus> ResumeAsync(string commandId, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Commands.Contains(commandId))
        {
            return await GetAsync(cancellationToken);
        }

        if (record.State is not (RunState.Cancelled or RunState.Failed))
        {
            throw record.State == RunState.Absent
                ? new HermesException($"There is no run '{Key}'.").With(Remedy.ListRuns)
                : new HermesException($"Run '{Key}' is {record.State.Word()}; only a cancelled or failed run can be resumed.");
        }

        await Inputs.RequireUsableAsync(record.Datasets, cancellationToken);
        record = await Inputs.WrittenAgainAsync(Key, record, cancellationToken);
        await ChangeAsync(Commanded(commandId) with
        {
            State = RunState.Queued,
            Order = record.Order is { } order ? order with { TraceParent = Tracing.Parent } : null,
            StepsTotal = record.StepsTotal,
            Cause = null,
            Note = null,
            Crashes = 0,
            Setbacks = 0,
            NotBefore = null,
            Ended = null,
        });
        await Scheduler.EnqueueAsync(Key, demand: Record.Demand(), cancellationToken: cancellationToken);
        return await GetAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task NeedAsync(string update, CancellationToken cancellationToken) =>
        Record.Updates.Contains(update) ? Task.CompletedTask : StoreAsync(Record with { Updates = [.. Record.Updates, update] });

    /// <inheritdoc/>
    public async Task ForgoAsync(string update, CancellationToken cancellationToken)
    {
        await StoreAsync(Record with { Updates = [.. Record.Updates.Where(u => u != update)] });
        if (Record.Updates.Count == 0)
        {
            await EndSoonAsync(Record);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ReleaseAsync(string dataset, CancellationToken cancellationToken)
    {
        if (Record.Datasets.All(d => d.Dataset != dataset))
        {
            return true;
        }

        await CancelAsync($"release {dataset}", cancellationToken);
        if (Record.IsLeased)
        {
            return false;
        }

        var released = Record with { Order = null, Samples = [] };
        await StoreAsync(Record.Request is { Branch: { } branch } request
            ? released with { Request = request with { Branch = branch.Released() }, Branch = null, Checkpoints = [], Metrics = [] }
            : released);
        return true;
    }

    /// <inheritdoc/>
    public async Task<RunStatus> GetAsync(CancellationToken cancellationToken)
    {
        var status = await StatusAsync(cancellationToken);
        if (!Record.IsWaiting)
        {
            return status;
        }

        try
        {
            var reason = await Scheduler.FindReasonAsync(Key, cancellationToken);
            return Record.IsWaiting ? status with { Waits = reason ?? Pausing() } : await StatusAsync(cancellationToken);
        }
#pragma warning disable CA1031 // How a run stands can be told though its scheduler cannot be asked.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return status;
        }
    }

    /// <inheritdoc/>
    public async Task<TrainOrder?> BeginAsync(Lease lease, CancellationToken cancellationToken)
    {
        var record = Record;
        var isNewer = record.Lease is null || lease.Token > record.Lease.Token;
        var mayBegin = lease.Run == Key && (record.Lease == lease ? record.State == RunState.Running : isNewer && (record.IsWaiting || record.State == RunState.Running));
        if (!mayBegin || await Scheduler.FindLeaseAsync(Key, cancellationToken) != lease)
        {
            return null;
        }

        if (record.Lease != lease)
        {
            _progress = RunProgress.None;
            await ChangeAsync(Record.AtLastCheckpoint() with { State = RunState.Running, Lease = lease, Cause = null, NotBefore = null });
        }

        try
        {
            if (Record.Order is null)
            {
                await StoreAsync(await Inputs.WrittenAgainAsync(Key, Record, cancellationToken));
            }

            await Inputs.RequireNoTestCaseAsync(Record.Order!, cancellationToken);
            return Record.OrderFor(lease);
        }
        catch (HermesException refusal)
        {
            await FailAsync(Failure.Of(refusal));
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ReportAsync(Lease lease, TrainReport report, CancellationToken cancellationToken)
    {
        if (Record.Lease != lease || !Record.IsLeased)
        {
            return false;
        }

        var stepsBefore = _progress.Step ?? Record.Step;
        _progress = _progress.With(report);
        Metrics.Trained((_progress.Step ?? 0) - stepsBefore, report.Metrics?.TryGetValue(MetricKeys.SecondsPerStep, out var seconds) == true ? seconds : null);
        await (report switch
        {
            { Completed: { } content } => CompleteAsync(content.Package, r => Learned(r, content), cancellationToken),
            { CompletedBranch: { } branch } => CompleteAsync(branch.Package, r => r with { Branch = branch }, cancellationToken),
            { Failed: { } cause } => FailAsync(cause),
            { Cancelled: true } => InterruptAsync(new Failure(report.Message ?? "Its silo asked the worker to stop."), report.Message),
            { Lost: { } loss, LostOverOther: true } => InterruptAsync(new Failure($"At step {_progress.Step ?? Record.Step}, over other work: {loss}")),
            { Lost: { } loss } => LoseWorkerAsync(loss),
            { Checkpoint: not null } or { Chunk: not null } => KeepAsync(report),
            { Message: { } note } => NoteAsync(report, note),
            _ => TellProgressAsync(report),
        });
        return Record.Lease == lease;
    }

    /// <inheritdoc/>
    public async Task LeaseVoidAsync(Lease lease, string reason)
    {
        if (Record.Lease == lease && Record.IsLeased)
        {
            await InterruptAsync(new Failure(reason));
        }
    }

    /// <inheritdoc/>
    public async Task PublishedAsync(int modelVersion)
    {
        if (Record.IsPublishing)
        {
            await ChangeAsync(Record with { ModelVersion = modelVersion });
        }
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        if (Record is { IsPublishing: true, Content: { } content, Outgoing.Count: 0 })
        {
            // An older platform kept the event elsewhere; one that was delivered is dropped by its identity.
            await StoreAsync(Record with { Outgoing = [Event(Record, content)] });
        }
    }

    private async Task NoteAsync(TrainReport report, string note)
    {
        // Told first, so that it is stored with what happened.
        await TellProgressAsync(report);
        await StoreAsync(Record with { Note = note });
    }

    private async Task KeepAsync(TrainReport report)
    {
        var record = Record with { LastMetrics = _progress.Metrics ?? Record.LastMetrics, Trend = Record.Trend.With(_progress.Trend) };
        record = report.Chunk is { } chunk ? record.WithMetrics(chunk) : record;
        record = report.Checkpoint is { } checkpoint ? record.WithCheckpoint(checkpoint) : record;
        record = report.Samples is { } samples ? record.WithSamples(samples) : record;
        await StoreAsync(record);
        await TellProgressAsync(report);
        await Care();
    }

    private async Task CompleteAsync(BlobRef package, Func<RunRecord, RunRecord> result, CancellationToken cancellationToken)
    {
        var isStored = await blobs.ExistsAsync(package, cancellationToken);
        if (!Record.IsLeased)
        {
            // Its lease was void meanwhile; the next worker goes on from the last checkpoint and ends again.
            return;
        }

        if (!isStored)
        {
            await EndAsync(RunState.Failed, new Failure($"The worker named the package {package.Sha256}, which is not in the blob store."));
            return;
        }

        var record = Record;
        _ended = record.Lease;
        await ChangeAsync(result(record with
        {
            State = RunState.Completed,
            Lease = null,
            Cause = null,
            Step = _progress.Step ?? record.Step,
            LastMetrics = _progress.Metrics ?? record.LastMetrics,
            Trend = record.Trend.With(_progress.Trend),
            Ended = Now,
        }));
    }

    // Of what an update learns the update makes the version.
    private RunRecord Learned(RunRecord record, ModelVersionContent content) =>
        record with { Content = content, Outgoing = record.Request!.Trunk is null ? [Event(record, content)] : [] };

    private RunCompleted Event(RunRecord record, ModelVersionContent content) => new()
    {
        EventId = $"run/{Key}/{content.Package.Sha256}",
        At = Now,
        Subject = Key,
        Actor = Actor,
        Run = Key,
        Model = record.Request!.Model,
        Content = content,
        Datasets = record.Datasets,
    };

    private async Task LoseWorkerAsync(string loss)
    {
        const int Limit = 3;
        var record = Record;
        var step = _progress.Step ?? record.Step;
        var crashes = record.Crashes + 1;
        record = record with { Crashes = crashes, NotBefore = Now + Timings.Pause(crashes - 1) };
        if (record.State == RunState.Running && crashes >= Limit)
        {
            await EndAsync(
                RunState.Failed,
                new Failure(
                    $"The worker was lost {crashes} times without a new checkpoint, last at step {step}: {loss}.", Hint: "Mend the cause, often too little memory."),
                record);
            return;
        }

        await InterruptAsync(new Failure($"At step {step}: {loss}"), record: record);
    }

    // What is away for a while fails no run and counts as no crash, however often: it goes on after a pause.
    private Task FailAsync(Failure cause)
    {
        var setbacks = Record.Setbacks + 1;
        return cause.IsPassing
            ? InterruptAsync(cause, cause.Message, Record with { Setbacks = setbacks, NotBefore = Now + Timings.Pause(setbacks) })
            : EndAsync(RunState.Failed, cause);
    }

    // The worker, its silo or something else is gone: goes on from the last checkpoint, unless it was to end anyway.
    private async Task InterruptAsync(Failure cause, string? unsaved = null, RunRecord? record = null)
    {
        if (Record.State == RunState.Cancelling)
        {
            await EndAsync(RunState.Cancelled, unsaved is null ? null : new Failure(unsaved), record);
            return;
        }

        _ended = Record.Lease;
        await ChangeAsync((record ?? Record) with { State = RunState.Interrupted, Lease = null, Cause = cause });
    }

    private async Task EndAsync(RunState state, Failure? cause, RunRecord? record = null)
    {
        _ended = Record.Lease;
        await ChangeAsync((record ?? Record) with
        {
            State = state,
            Lease = null,
            Cause = cause is null ? null : cause with { Remedy = Remedy.ResumeRun, About = Key },
            Ended = Now,
        });
    }

    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.Discarded.Count > 0)
        {
            await DiscardAsync(record.Discarded, cancellationToken);
        }

        if (_ended is { } ended)
        {
            await Scheduler.ReleaseAsync(ended, cancellationToken);
            _ended = _ended == ended ? null : _ended;
        }

        if (record.IsWaiting && record.NotBefore > Now)
        {
            return;
        }

        if (record.IsWaiting)
        {
            await Scheduler.EnqueueAsync(Key, record.State == RunState.Interrupted, record.Demand(), cancellationToken);
        }
        else if (record.State is RunState.Cancelled or RunState.Failed)
        {
            await Scheduler.DequeueAsync(Key, cancellationToken);
        }
        else if (record is { IsLeased: true, Lease: { } lease })
        {
            if (await Scheduler.FindLeaseAsync(Key, cancellationToken) != lease)
            {
                await LeaseVoidAsync(lease, "The device that worked on it is gone.");
            }
            else if (Record.State == RunState.Cancelling)
            {
                await GrainFactory.GetGrain<ITrainerGrain>(lease.Device).StopAsync(lease, cancellationToken);
            }
        }
    }

    private async Task DiscardAsync(IReadOnlyList<BlobRef> discarded, CancellationToken cancellationToken)
    {
        foreach (var blob in discarded)
        {
            await blobs.DeleteAsync(blob, cancellationToken);
        }

        var gone = discarded.Select(b => b.Sha256).ToHashSet(StringComparer.Ordinal);
        await StoreAsync(Record with { Discarded = [.. Record.Discarded.Where(b => !gone.Contains(b.Sha256))] });
    }

    // What waits is cancelled at once, what runs at its next step; what has ended stays as it is.
    private async Task EndSoonAsync(RunRecord record)
    {
        if (record.IsWaiting || record.State == RunState.Running)
        {
            await ChangeAsync(record with
            {
                State = record.IsWaiting ? RunState.Cancelled : RunState.Cancelling,
                Cause = null,
                Ended = record.IsWaiting ? Now : null,
            });
        }
    }

    private string? Pausing() =>
        Record.NotBefore is { } begin && begin > Now ? string.Create(CultureInfo.InvariantCulture, $"It is begun again at {begin:HH:mm:ss} UTC.") : null;

    private RunRecord Commanded(string commandId) => Record with { Commands = [.. Record.Commands.TakeLast(15), commandId] };

    private Task TellProgressAsync(TrainReport report)
    {
        Tell(report.Message);
        return Task.CompletedTask;
    }

    private async Task<RunStatus> StatusAsync(CancellationToken cancellationToken) =>
        RunDescription.Status(Key, Record, _progress, await blobs.TroubleAsync(cancellationToken));

    private protected override IReadOnlyList<ProgressEvent> Remembered => Record.Happened;

    private protected override RunRecord Remembering(RunRecord record, Story story) =>
        record with { Happened = story.Lasting(record.State == RunState.Absent ? null : RunDescription.Event(record, _progress, message: null)) };

    private protected override Happening Present(string? message) => RunDescription.Event(Record, _progress, message);

    private protected override Standing Describe(RunRecord record) => new(
        record.IsWaiting || record.IsLeased, RunDescription.Status(Key, record, _progress, storage: null));
}
