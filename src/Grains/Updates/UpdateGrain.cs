using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;
using Hermes.Grains.Runs;

namespace Hermes.Grains.Updates;

/// <inheritdoc cref="IUpdateGrain"/>
public sealed class UpdateGrain(
    [PersistentState("update", "hermes")] IPersistentState<Versioned<UpdateRecord>> storage,
    IBlobStore blobs,
    TimeProvider clock,
    OwnerServices services) : OwnerGrain<UpdateRecord, UpdateState>(CatalogKinds.Update, Machine, storage, services), IUpdateGrain
{
    internal static readonly StateMachine<UpdateState> Machine = new(
        (UpdateState.Absent, [UpdateState.Registered]),
        (UpdateState.Registered, [UpdateState.Growing, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Growing, [UpdateState.Training, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Training, [UpdateState.Evaluating, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Evaluating, [UpdateState.Certified, UpdateState.Rejected, UpdateState.Cancelled, UpdateState.Failed]),
        (UpdateState.Certified, [UpdateState.Promoted]),
        (UpdateState.Cancelled, [UpdateState.Growing]),
        (UpdateState.Failed, [UpdateState.Growing]));

    private (string Phase, int Done, int Total) _at = ("", 0, 0);

    private RecipeBook Recipes => new(GrainFactory);

    private RunInputs Inputs => new(GrainFactory, Catalog, blobs);

    /// <inheritdoc/>
    public async Task<UpdateStatus> CreateAsync(string commandId, UpdateRequest request, CancellationToken cancellationToken)
    {
        if (Record.State != UpdateState.Absent)
        {
            return Record.CreateCommand == commandId ? Status() : throw new HermesException($"Update '{Key}' exists.", hint: "Choose another name.").With(Remedy.ShowUpdate, Key);
        }

        Names.Require(Key, "update");
        if (request.Steps is < 1 || request.Datasets.Count == 0)
        {
            throw new HermesException("An update needs at least one dataset, and a branch at least one step.");
        }

        var from = await GrainFactory.GetGrain<IModelGrain>(Names.Require(request.Model, "model")).ResolveAsync(request.Version, cancellationToken);
        var pinned = await Inputs.PinAsync(request.Datasets, cancellationToken);
        await RequireNewAsync(from, pinned, cancellationToken);
        if (request.InitialTask is { } like && !from.Content.Tasks.Contains(like))
        {
            throw new HermesException($"The trunk of {from.Model}@{from.Version} does not know the task '{like}'.", hint: $"It knows {string.Join(", ", from.Content.Tasks)}.");
        }

        var steps = request.Steps ?? await QuarterOfTrunkAsync(from, cancellationToken);
        var asked = new List<IntegrationEvent>();
        foreach (var dataset in pinned)
        {
            asked.Add(UpdateAnnouncement.TasksOf(dataset, await Recipes.DeclarationAsync(dataset, cancellationToken), Key, Now));
        }

        var begun = Record with { CreateCommand = commandId, Request = request, Base = from, Datasets = pinned, Steps = steps, Created = Now, Outgoing = asked };
        await EnterAsync(begun with { State = UpdateState.Registered });
        return Status();
    }

    /// <inheritdoc/>
    public async Task<UpdateStatus> CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        RequirePresent();
        if (!Record.Commands.Contains(commandId) && Record.IsUnderWay)
        {
            StopCaring();
            await EnterAsync(Commanded(commandId) with { State = UpdateState.Cancelled, Ended = Now });
        }

        return Status();
    }

    /// <inheritdoc/>
    public async Task<UpdateStatus> ResumeAsync(string commandId, CancellationToken cancellationToken)
    {
        RequirePresent();
        if (Record.Commands.Contains(commandId))
        {
            return Status();
        }

        if (Record.State is not (UpdateState.Cancelled or UpdateState.Failed))
        {
            throw new HermesException($"Update '{Key}' is {Record.State.Word()}; only a cancelled or failed update can be resumed.");
        }

        await Inputs.RequireUsableAsync(Record.Datasets, cancellationToken);
        await EnterAsync(Commanded(commandId) with { State = UpdateState.Growing, Round = Record.Round + 1, Cause = null, Ended = null });
        return Status();
    }

    /// <inheritdoc/>
    public async Task<UpdateStatus> PromoteAsync(CancellationToken cancellationToken)
    {
        RequirePresent();
        if (Record.State == UpdateState.Certified)
        {
            try
            {
                await Inputs.RequireUsableAsync(Record.Datasets, cancellationToken);
                await BecomeLiveAsync(cancellationToken);
            }
            catch (HermesException refusal)
            {
                // What was proven stays proven; it may be promoted when the cause is mended.
                await ChangeAsync(Record with { Cause = Failure.Of(refusal) });
                throw;
            }
        }

        return Record.State == UpdateState.Promoted ? Status() : throw new HermesException(
            $"Update '{Key}' is {Record.State.Word()}; only what is certified becomes live.").With(Remedy.ShowUpdate, Key);
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string dataset, CancellationToken cancellationToken)
    {
        if (Record.Datasets.Any(d => d.Dataset == dataset))
        {
            await CancelAsync($"release {dataset}", cancellationToken);
        }

        if (Record is { Base: { Content: var content } grownFrom }
            && Record.Datasets.Select(d => d.Dataset).Concat(content.Branches.Select(b => b.Dataset.Dataset)).Contains(dataset))
        {
            await StoreAsync(Record with
            {
                Base = grownFrom with { Content = content with { Branches = [.. content.Branches.Where(b => b.Dataset.Dataset != dataset)] } },
                Branches = [.. Record.Branches.Select(b => b.Dataset.Dataset == dataset ? b with { Learned = null } : b)],
            });
        }
    }

    /// <inheritdoc/>
    public async Task TasksRegisteredAsync(string dataset, CancellationToken cancellationToken)
    {
        if (Record.State == UpdateState.Registered && !Record.Registered.Contains(dataset))
        {
            var record = Record with { Registered = [.. Record.Registered, dataset] };
            await (record.Datasets.All(d => record.Registered.Contains(d.Dataset)) ? EnterAsync(record with { State = UpdateState.Growing }) : StoreAsync(record));
        }
    }

    /// <inheritdoc/>
    public Task<UpdateStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status());

    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await (Record switch
            {
                { State: UpdateState.Growing } => GrowAsync(cancellationToken),
                { State: UpdateState.Training } => TrainAsync(cancellationToken),
                { State: UpdateState.Evaluating } => EvaluateAsync(cancellationToken),
                { HasOpenRuns: true } => CancelRunsAsync(cancellationToken),
                _ => Task.CompletedTask,
            });
        }
        catch (HermesException refusal) when (Record.IsUnderWay && !cancellationToken.IsCancellationRequested)
        {
            await EnterAsync(Record with { State = UpdateState.Failed, Cause = Failure.Of(refusal), Ended = Now });
        }
    }

    private async Task GrowAsync(CancellationToken cancellationToken)
    {
        var branches = await Recipes.WriteAsync(Record, cancellationToken);
        await MoveAsync(Record with { State = UpdateState.Training, Branches = branches }, cancellationToken);
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        foreach (var branch in Record.Branches.Where(b => b.Learned is null).ToList())
        {
            var run = GrainFactory.GetGrain<IRunGrain>(branch.Run);
            var status = await run.GetAsync(cancellationToken);
            if (status is { State: RunState.Completed, Branch: { } learned })
            {
                await LearnedAsync(branch, learned, cancellationToken);
            }
            else if (!branch.IsBegun || status.State == RunState.Absent)
            {
                // Before it is begun, so that a cancel in between finds it.
                await StoreAsync(Record with { Branches = Replaced(branch with { IsBegun = true }) });
                cancellationToken.ThrowIfCancellationRequested();
                await (status.State switch
                {
                    RunState.Absent => run.StartAsync(branch.Run, RequestOf(branch), cancellationToken),
                    RunState.Cancelled or RunState.Failed => run.ResumeAsync($"{Key}/{Record.Round}", cancellationToken),
                    _ => Task.FromResult(status),
                });
            }
            else if (status.State is RunState.Cancelled or RunState.Failed)
            {
                throw new HermesException(
                    $"The run '{branch.Run}', which learns the branch of {branch.Dataset.Dataset}, {(status.Cause is { } cause ? $"failed at step {status.Step}: {cause.Message}" : "was cancelled.")}",
                    status.Cause?.File,
                    status.Cause?.Hint);
            }
            else
            {
                _at = (status.Phase.Length > 0 ? status.Phase : Phases.Train, status.Step, status.StepsTotal);
            }
        }

        if (Record.Branches.All(b => b.Learned is not null))
        {
            await MoveAsync(Record with { State = UpdateState.Evaluating }, cancellationToken);
        }
        else
        {
            Tell();
        }
    }

    private async Task LearnedAsync(UpdateBranch branch, ModelBranch learned, CancellationToken cancellationToken)
    {
        if (!await blobs.RenewAsync(learned.Package, cancellationToken) || !await blobs.IsIntactAsync(learned.Package, cancellationToken))
        {
            throw new HermesException(
                $"The branch of {branch.Dataset.Dataset} that the run '{branch.Run}' learned, blob {learned.Package.Sha256}, is gone or damaged.",
                hint: "Bring the blob back from a copy of the data directory, or learn the branch anew with another seed.");
        }

        await StoreAsync(Record with { Branches = Replaced(branch with { Learned = learned with { Dataset = branch.Dataset } }) });
    }

    private async Task EvaluateAsync(CancellationToken cancellationToken)
    {
        var record = Record;
        var from = record.Base!;
        var devices = await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).ListDevicesAsync(cancellationToken);
        var examiner = new Examiner(GrainFactory, clock, Key, record, (phase, done, total) =>
        {
            _at = (phase, done, total);
            Tell();
        });
        var certificate = await examiner.ExamineAsync(devices, cancellationToken);
        await MoveAsync(
            Record with
            {
                State = certificate.IsGranted ? UpdateState.Certified : UpdateState.Rejected,
                Certificate = certificate with { At = Now },
                Cause = certificate.IsGranted ? null : new Failure($"It is not proven that {from.Model}@{from.Version} answers as before: {string.Join(' ', certificate.Remarks)}"),
                Ended = Now,
            },
            cancellationToken);
    }

    private async Task BecomeLiveAsync(CancellationToken cancellationToken)
    {
        var record = Record;
        var version = await GrainFactory.GetGrain<IModelGrain>(record.Base!.Model).PromoteAsync(Key, [.. record.Branches.Select(b => b.Learned!)], cancellationToken);
        await EnterAsync(Record with { State = UpdateState.Promoted, PromotedVersion = version.Version, Cause = null, Ended = Now });
    }

    private async Task CancelRunsAsync(CancellationToken cancellationToken)
    {
        foreach (var branch in Record.Branches.Where(b => b is { IsBegun: true, Learned: null }))
        {
            var run = GrainFactory.GetGrain<IRunGrain>(branch.Run);
            if ((await run.GetAsync(cancellationToken)).State != RunState.Absent)
            {
                await run.CancelAsync($"{Key}/{Record.Round}/cancel", cancellationToken);
            }
        }

        await StoreAsync(Record with { Branches = [.. Record.Branches.Select(b => b with { IsBegun = false })] });
    }

    // A group that the trunk was trained with is answered by the trunk for ever.
    private async Task RequireNewAsync(ModelVersion from, IReadOnlyList<PinnedDataset> pinned, CancellationToken cancellationToken)
    {
        foreach (var dataset in pinned)
        {
            var name = (await Recipes.DeclarationAsync(dataset, cancellationToken)).Name;
            if (from.Content.PromptGroups.Any(g => g.Name == name))
            {
                throw new HermesException($"The trunk of {from.Model}@{from.Version} was trained with the prompt group '{name}' already.", hint: "Add the dataset under another name.");
            }

            if (from.Content.Branches.Any(b => b.Dataset == dataset))
            {
                throw new HermesException($"{from.Model}@{from.Version} has a branch of {dataset.Dataset}@{dataset.Version} already.", hint: "Update it when the dataset has new cases.");
            }
        }
    }

    private async Task<int> QuarterOfTrunkAsync(ModelVersion from, CancellationToken cancellationToken)
    {
        var trunk = await GrainFactory.GetGrain<IRunGrain>(from.Run).GetAsync(cancellationToken);
        return trunk.StepsTotal > 0 ? Math.Max(1, trunk.StepsTotal / 4) : throw new HermesException(
            $"How many steps the trunk of {from.Model}@{from.Version} was trained for is not known.", hint: "Give the number of steps.");
    }

    private RunRequest RequestOf(UpdateBranch branch) => new()
    {
        Datasets = [branch.Dataset.Dataset],
        Steps = branch.Steps,
        Seed = branch.Seed,
        Model = Record.Request!.Model,
        Branch = new BranchRequest(Record.Base!.Content.Package, branch.Dataset, Record.Request.Policy, branch.InitialPriors),
    };

    private IReadOnlyList<UpdateBranch> Replaced(UpdateBranch branch) => [.. Record.Branches.Select(b => b.Run == branch.Run ? branch : b)];

    // What was found out while a cancel came in is not a reason to go on.
    private Task MoveAsync(UpdateRecord record, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return EnterAsync(record);
    }

    private Task EnterAsync(UpdateRecord record)
    {
        _at = ("", 0, 0);
        return ChangeAsync(record.Announced(Key, Now));
    }

    private void RequirePresent()
    {
        if (Record.State == UpdateState.Absent)
        {
            throw new HermesException($"There is no update '{Key}'.").With(Remedy.ListUpdates);
        }
    }

    private UpdateRecord Commanded(string commandId) => Record with { Commands = [.. Record.Commands.TakeLast(15), commandId] };

    private UpdateStatus Status() => Status(Record);

    private UpdateStatus Status(UpdateRecord record) => new()
    {
        Name = Key,
        State = record.State,
        Request = record.Request,
        BaseVersion = record.Base?.Version ?? 0,
        Branches = record.Branches,
        Certificate = record.Certificate,
        Cause = record.Cause,
        PromotedVersion = record.PromotedVersion,
        Created = record.Created,
        Ended = record.Ended,
    };

    private protected override Happening Present(string? message) => new()
    {
        State = Record.State.Word(),
        Phase = Record.IsUnderWay ? _at.Phase : "",
        Done = _at.Done,
        Total = _at.Total,
        Message = message ?? Record.Cause?.Message ?? (Record.PromotedVersion is { } version ? $"Live as {Record.Base!.Model}@{version}." : null),
        IsLast = !Record.IsUnderWay && Record is not { State: UpdateState.Certified, Request.AutoPromote: true, Cause: null },
    };

    private protected override Standing Describe(UpdateRecord record) => new(
        record.IsUnderWay || record.HasOpenRuns || record is { State: UpdateState.Certified, Request.AutoPromote: true, Cause: null }, Status(record));
}
