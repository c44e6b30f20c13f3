using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;

namespace Hermes.Grains.Relations;

/// <inheritdoc cref="IRelationStudyGrain"/>
public sealed class RelationStudyGrain(
    [PersistentState("relationStudy", "hermes")] IPersistentState<Versioned<RelationStudyRecord>> storage,
    IBlobStore blobs,
    TimeProvider clock,
    OwnerServices services) : OwnerGrain<RelationStudyRecord, RelationStudyState>(CatalogKinds.RelationStudy, Machine, storage, services), IRelationStudyGrain
{
    internal static readonly StateMachine<RelationStudyState> Machine = new(
        (RelationStudyState.Absent, [RelationStudyState.Planning]),
        (RelationStudyState.Planning, [RelationStudyState.Training, RelationStudyState.Failed, RelationStudyState.Cancelled]),
        (RelationStudyState.Training, [RelationStudyState.Completed, RelationStudyState.Failed, RelationStudyState.Cancelled]),
        (RelationStudyState.Completed, [RelationStudyState.Planning]),
        (RelationStudyState.Failed, [RelationStudyState.Planning]),
        (RelationStudyState.Cancelled, [RelationStudyState.Planning]));

    private TimeSpan Look => Timings.Tick / 10;

    private string ModelName => Key[..Key.LastIndexOf('@')];

    private IModelGrain Model => GrainFactory.GetGrain<IModelGrain>(ModelName);

    private IPriorMapGrain Map => GrainFactory.GetGrain<IPriorMapGrain>(Key);

    private string Needer => Names.RelationStudyNeed(Key);

    /// <inheritdoc/>
    public async Task<RelationStudyPlan> PlanAsync(RelationStudyRequest request, CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        var map = (await Map.GetAsync(cancellationToken)).Map ?? throw new HermesException($"The priors of {Key} were not compared yet.", hint: "Ask for the prior map first.");
        var plan = await RelationPlan.OfAsync(version, await blobs.GetJsonAsync<PriorMap>(map, cancellationToken), request, GrainFactory, blobs, cancellationToken);
        var open = new List<PlannedTraining>();
        foreach (var training in plan.Trainings)
        {
            if ((await Run(training).GetAsync(cancellationToken)).State != RunState.Completed)
            {
                open.Add(training);
            }
        }

        return new RelationStudyPlan
        {
            Version = Key,
            Pairs = plan.Pairs.Count,
            Trainings = plan.Trainings.Count,
            Learned = plan.Trainings.Count - open.Count,
            Steps = plan.Steps,
            Seconds = plan.Pace.Seconds * open.Sum(t => (double)t.Steps),
            Estimate = plan.Pace.Source,
            LeftOut = plan.LeftOut,
        };
    }

    /// <inheritdoc/>
    public async Task<RelationStudyStatus> StartAsync(RelationStudyRequest request, CancellationToken cancellationToken)
    {
        RelationPlan.Require(request);
        await VersionAsync(cancellationToken);
        var record = Record;
        if (record.IsUnderWay)
        {
            return record.Request == request ? Status(record) : throw new HermesException(
                $"A study of {Key} with another request is under way.", hint: "Wait for it, or cancel it; what it has measured stays.");
        }

        if (record.Request != request || !await IsWholeAsync(record, cancellationToken))
        {
            await ChangeAsync(new RelationStudyRecord { State = RelationStudyState.Planning, Request = request, Round = record.Round + 1, Created = Now });
        }

        return Status(Record);
    }

    /// <inheritdoc/>
    public async Task<RelationStudyStatus> CancelAsync(CancellationToken cancellationToken)
    {
        if (Record.State == RelationStudyState.Absent)
        {
            throw new HermesException($"There is no study of {Key}.");
        }

        if (Record.IsUnderWay)
        {
            StopCaring();
            await ChangeAsync(Record with { State = RelationStudyState.Cancelled, Ended = Now });
        }

        return Status(Record);
    }

    /// <inheritdoc/>
    public Task<RelationStudyStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (Record switch
            {
                { State: RelationStudyState.Planning } => WriteDownAsync(cancellationToken),
                { State: RelationStudyState.Training } => MeasureAsync(cancellationToken),
                { HasOpenRuns: true } => ForgoAsync(cancellationToken),
                _ => Task.CompletedTask,
            });
        }
        catch (HermesException refusal) when (!refusal.IsPassing && Record.IsUnderWay && !cancellationToken.IsCancellationRequested)
        {
            await ChangeAsync(Record with { State = RelationStudyState.Failed, Cause = Failure.Of(refusal), Ended = Now });
        }
    }

    private async Task WriteDownAsync(CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);
        var map = await Map.AskAsync(cancellationToken);
        while (map.State == PriorMapState.Queued)
        {
            await Task.Delay(Look, clock, cancellationToken);
            map = await Map.GetAsync(cancellationToken);
        }

        var document = map.Map ?? throw (map.Cause?.ToException() ?? new HermesException($"The priors of {Key} were not compared.", hint: "Ask again."));
        var plan = await RelationPlan.OfAsync(
            version, await blobs.GetJsonAsync<PriorMap>(document, cancellationToken), Record.Request!, GrainFactory, blobs, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await ChangeAsync(Record with { State = RelationStudyState.Training, Steps = plan.Steps, Pairs = plan.Pairs, Trainings = plan.Trainings, LeftOut = plan.LeftOut });
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var version = await VersionAsync(cancellationToken);

        // More often than a tick: a training may take no longer than that, and the next one waits for its end.
        for (var told = -1; Record.Trainings.Any(t => !t.IsDone); await Task.Delay(Look, clock, cancellationToken))
        {
            await LookAfterAsync(version, cancellationToken);
            if (Record.Trainings.Count(t => t.IsDone) is var done && done != told)
            {
                told = done;
                Tell();
            }
        }

        await GradeAsync(cancellationToken);
    }

    private async Task LookAfterAsync(ModelVersion version, CancellationToken cancellationToken)
    {
        var devices = await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).ListDevicesAsync(cancellationToken);

        // One more than can be under way: no device waits for this actor, and the queue is not full of a study.
        var open = devices.Count + 1;
        foreach (var training in Record.Trainings.Where(t => !t.IsDone).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            open -= await MeasureAsync(version, training, cancellationToken) ? 0 : 1;
            if (open == 0)
            {
                return;
            }
        }
    }

    /// <returns>Whether the training has ended.</returns>
    private async Task<bool> MeasureAsync(ModelVersion version, PlannedTraining training, CancellationToken cancellationToken)
    {
        var run = Run(training);
        var request = Request(version, training);
        try
        {
            var status = await run.GetAsync(cancellationToken);
            if (status.State == RunState.Completed)
            {
                await EndAsync(training, DiceOf(status, training, request));
                return true;
            }

            if (!training.IsBegun || !status.Updates.Contains(Needer))
            {
                // Before it is begun, so that a cancel in between finds it.
                await StoreAsync(Record.With(training.Run, t => t with { IsBegun = true }));
                cancellationToken.ThrowIfCancellationRequested();
                await (status.State switch
                {
                    RunState.Absent => run.StartAsync(training.Run, request, cancellationToken),
                    RunState.Cancelled or RunState.Failed => run.ResumeAsync($"{Needer}/{Record.Round}", cancellationToken),
                    _ => Task.FromResult(status),
                });
                await run.NeedAsync(Needer, cancellationToken);
            }
            else if (status.State is RunState.Cancelled or RunState.Failed)
            {
                throw new HermesException(status.Cause?.Message ?? "it was cancelled.");
            }

            return false;
        }
        catch (HermesException refusal) when (!refusal.IsPassing)
        {
            await StoreAsync(Record.With(training.Run, t => t with { Reason = $"The run '{training.Run}': {refusal.Message}" }));
            return true;
        }
    }

    private Task EndAsync(PlannedTraining training, double dice) => StoreAsync(Record.With(training.Run, t => t with { Dice = dice }));

    // Of the last step, not of the best: the best of several looks is a better number for who looks more often.
    private static double DiceOf(RunStatus status, PlannedTraining training, RunRequest request)
    {
        if (status.Branch is { } learned && learned.Study != request.Branch!.Study)
        {
            throw new HermesException("it was learned by a silo of an older version, which knows nothing of studies.", hint: "Choose another seed.");
        }

        var own = BranchStudy.Own(training.Task!.Task);
        return status.Checkpoints.FirstOrDefault(c => c.Step == training.Steps)?.Tasks?.FirstOrDefault(t => t.Task == own)?.Dice
            ?? throw new HermesException("it says no validation Dice of its last step; what it learned may be let go of since a dataset was withdrawn.");
    }

    private async Task GradeAsync(CancellationToken cancellationToken)
    {
        var record = Record;
        var trainings = record.Trainings.ToDictionary(t => t.Run, StringComparer.Ordinal);
        var (pairs, leftOut) = (new List<RelationPair>(), new List<LeftOut>(record.LeftOut));
        foreach (var pair in record.Pairs)
        {
            if (pair.Alone.Concat(pair.Begun).Concat(pair.Together).Select(r => trainings[r].Reason).FirstOrDefault(r => r is not null) is { } reason)
            {
                leftOut.Add(new LeftOut($"{pair.Task} with {pair.Other}", reason));
                continue;
            }

            pairs.Add(new RelationPair
            {
                Task = pair.Task,
                Other = pair.Other,
                Predicted = pair.Predicted,
                Alone = Dice(pair.Alone),
                Begun = Dice(pair.Begun),
                Together = Dice(pair.Together),
                Cases = pair.Cases,
            });
        }

        if (pairs.Count < RelationStudy.FewestPairs)
        {
            throw new HermesException(
                $"{pairs.Count} of {record.Pairs.Count} pairs were measured, and fewer than {RelationStudy.FewestPairs} say nothing. {leftOut[^1].What}: {leftOut[^1].Reason}",
                hint: "Mend the cause and ask again; what was measured is not measured again.");
        }

        // Some tenths of a second of arithmetic that other actors need not wait for.
        var grades = await Task.Run(() => Grading.Of(pairs), cancellationToken);
        var document = await blobs.PutJsonAsync(
            new RelationStudy
            {
                Model = ModelName,
                Version = VersionNumber,
                Request = record.Request!,
                Steps = record.Steps,
                Trainings = record.Trainings.Count(t => t.Dice is not null),
                Predictors = [.. Predictor.All.Select(p => p.Told)],
                Pairs = pairs,
                Grades = grades,
                LeftOut = leftOut,
                Ended = Now,
            },
            cancellationToken);
        await ChangeAsync(Record with { State = RelationStudyState.Completed, Document = document, LeftOut = leftOut, Ended = Now });

        double[] Dice(IReadOnlyList<string> runs) => [.. runs.Select(r => trainings[r].Dice!.Value)];
    }

    private async Task ForgoAsync(CancellationToken cancellationToken)
    {
        foreach (var training in Record.Trainings.Where(t => t is { IsBegun: true, IsDone: false }).ToList())
        {
            var run = Run(training);
            if ((await run.GetAsync(cancellationToken)).Updates.Contains(Needer))
            {
                await run.ForgoAsync(Needer, cancellationToken);
            }

            await StoreAsync(Record.With(training.Run, t => t with { IsBegun = false }));
        }
    }

    private RunRequest Request(ModelVersion version, PlannedTraining training)
    {
        var (task, other) = (training.Task!, training.Other);
        var isBegun = other is not null && !training.IsJoint;
        return new RunRequest
        {
            Datasets = [task.Dataset.Dataset],
            Steps = training.Steps,
            Seed = training.Seed,
            Model = ModelName,
            Priority = RunPriority.Low,
            Branch = new BranchRequest(
                version.Content.Package,
                task.Dataset,
                BranchPolicy.Branch,
                isBegun ? new Dictionary<string, string> { [BranchStudy.Own(task.Task)] = other!.Task } : new Dictionary<string, string>())
            {
                Study = new BranchStudy
                {
                    Task = task.Task,
                    Other = other,
                    IsJoint = training.IsJoint,
                    Start = isBegun && !version.Content.Tasks.Contains(other!.Task) ? version.Content.Branches.First(b => b.Tasks.Contains(other.Task)).Package : null,
                },
            },
        };
    }

    private async Task<bool> IsWholeAsync(RelationStudyRecord record, CancellationToken cancellationToken) =>
        record is { State: RelationStudyState.Completed, Document: { } document } && record.Trainings.All(t => t.Reason is null)
        && await blobs.RenewAsync(document, cancellationToken) && await blobs.IsIntactAsync(document, cancellationToken);

    private int VersionNumber => int.Parse(Key.AsSpan(Key.LastIndexOf('@') + 1), System.Globalization.CultureInfo.InvariantCulture);

    private Task<ModelVersion> VersionAsync(CancellationToken cancellationToken) => Model.ResolveAsync(Key[(Key.LastIndexOf('@') + 1)..], cancellationToken);

    private IRunGrain Run(PlannedTraining training) => GrainFactory.GetGrain<IRunGrain>(training.Run);

    private RelationStudyStatus Status(RelationStudyRecord record) => new()
    {
        Version = Key,
        State = record.State,
        Request = record.Request,
        Steps = record.Steps,
        Trainings = record.Trainings.Count,
        Done = record.Trainings.Count(t => t.IsDone),
        LeftOut = record.LeftOut,
        Document = record.Document,
        Cause = record.Cause,
        Created = record.Created,
        Ended = record.Ended,
    };

    private protected override Happening Present(string? message) => new()
    {
        State = Record.State.Word(),
        Phase = Record.State switch
        {
            RelationStudyState.Planning => Phases.Compare,
            RelationStudyState.Training => Phases.Train,
            _ => "",
        },
        Done = Record.Trainings.Count(t => t.IsDone),
        Total = Record.Trainings.Count,
        Message = message ?? Record.Cause?.Message,
        IsLast = !Record.IsUnderWay,
    };

    private protected override Standing Describe(RelationStudyRecord record) => new(record.IsUnderWay || record.HasOpenRuns, Status(record));
}
