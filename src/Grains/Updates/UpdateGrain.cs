using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
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
    internal static readonly StateMachine<UpdateState> Machine = new(UpdateStates.Moves);

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
        var terms = await UpdateTerms.OfAsync(request, GrainFactory, Catalog, blobs, cancellationToken);
        var steps = terms.RequireSteps();
        var conflicts = await ConflictsAsync(terms, request, cancellationToken);
        var asked = new List<IntegrationEvent>();
        foreach (var dataset in terms.Datasets)
        {
            asked.Add(UpdateAnnouncement.TasksOf(dataset, await Recipes.DeclarationAsync(dataset, cancellationToken), Key, Now));
        }

        var begun = Record with
        {
            CreateCommand = commandId, Request = request, Base = terms.From, Datasets = terms.Datasets, Steps = steps, Created = Now, Outgoing = asked, Conflicts = conflicts,
            SecondsPerStep = request.Minutes is null ? null : terms.Pace.Seconds,
        };
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
    public async Task<UpdateStatus> PromoteAsync(bool accept, CancellationToken cancellationToken)
    {
        RequirePresent();
        if (Record.State == UpdateState.Certified)
        {
            try
            {
                await Inputs.RequireUsableAsync(Record.Datasets, cancellationToken);
                await BecomeLiveAsync(accept, cancellationToken);
            }
            catch (HermesException refusal) when (!refusal.IsPassing)
            {
                // What was proven stays proven; it may be promoted when the cause is mended.
                await ChangeAsync(Record with { Cause = Failure.Of(refusal) });
                throw;
            }
        }

        return Record.State == UpdateState.Promoted || Record.IsUnderWay ? Status() : throw new HermesException(
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
        catch (HermesException refusal) when (!refusal.IsPassing && Record.IsUnderWay && !cancellationToken.IsCancellationRequested)
        {
            await EnterAsync(Record with { State = UpdateState.Failed, Cause = Failure.Of(refusal), Ended = Now });
        }
    }

    private async Task GrowAsync(CancellationToken cancellationToken)
    {
        var record = Record;
        var trunks = await Recipes.TrunksAsync(record, cancellationToken);
        var owns = UpdateRuns.Owns(record.Request!.Policy);
        var branches = record.Request.MakesTrunk
            ? []
            : await Recipes.BranchesAsync(record, record.Base!.Content, record.Datasets.Select(d => (d, owns)), clock, cancellationToken);
        await MoveAsync(Record with { State = UpdateState.Training, Trunks = trunks, Branches = branches }, cancellationToken);
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        foreach (var learning in Record.Runs().Where(r => !r.IsLearned).ToList())
        {
            var run = GrainFactory.GetGrain<IRunGrain>(learning.Name);
            var status = await run.GetAsync(cancellationToken);
            if (status is { State: RunState.Completed, Package: { } package })
            {
                await LearnedAsync(learning, status, package, cancellationToken);
            }
            else if (!learning.IsBegun || !status.Updates.Contains(Key))
            {
                // Before it is begun, so that a cancel in between finds it.
                await StoreAsync(Record.WithBegun(learning.Name, isBegun: true));
                cancellationToken.ThrowIfCancellationRequested();
                await (status.State switch
                {
                    RunState.Absent => run.StartAsync(learning.Name, learning.Request, cancellationToken),
                    RunState.Cancelled or RunState.Failed => run.ResumeAsync($"{Key}/{Record.Round}", cancellationToken),
                    _ => Task.FromResult(status),
                });
                await run.NeedAsync(Key, cancellationToken);
            }
            else if (status.State is RunState.Cancelled or RunState.Failed)
            {
                throw new HermesException(
                    $"The run '{learning.Name}', which learns {learning.What}, {(status.Cause is { } cause ? $"failed at step {status.Step}: {cause.Message}" : "was cancelled.")}",
                    status.Cause?.File,
                    status.Cause?.Hint);
            }
            else
            {
                _at = (status.Phase.Length > 0 ? status.Phase : Phases.Train, status.Step, status.StepsTotal);
            }
        }

        if (Record.Runs().All(r => r.IsLearned))
        {
            await MoveAsync(Record with { State = UpdateState.Evaluating }, cancellationToken);
        }
        else
        {
            Tell();
        }
    }

    private async Task LearnedAsync(UpdateRun learning, RunStatus status, BlobRef package, CancellationToken cancellationToken)
    {
        if (!await blobs.RenewAsync(package, cancellationToken) || !await blobs.IsIntactAsync(package, cancellationToken))
        {
            throw new HermesException(
                $"What the run '{learning.Name}' learned, {learning.What}, blob {package.Sha256}, is gone or damaged.",
                hint: "Bring the blob back from a copy of the data directory, or learn it anew with another seed.");
        }

        await StoreAsync(Record.With(learning.Name, t => t with { Learned = status.Content }, b => b with { Learned = status.Branch! with { Dataset = b.Dataset } }));
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
        var certificate = record.Request!.MakesTrunk
            ? await examiner.ExamineTrunkAsync(devices, cancellationToken)
            : await examiner.ExamineBranchesAsync(devices, cancellationToken);
        var waits = certificate is { IsGranted: true, NeedsAcceptance: true } && record.Request.AutoPromote
            ? new Failure("Of an old task there are too few cases for a statement, so a person must accept it.", Remedy: Remedy.AcceptUpdate, About: Key)
            : null;
        await MoveAsync(
            Record with
            {
                State = certificate.IsGranted ? UpdateState.Certified : UpdateState.Rejected,
                Certificate = certificate with { At = Now },
                Cause = certificate.IsGranted ? waits : new Failure($"It is not proven that {from.Model}@{from.Version} answers as before: {string.Join(' ', certificate.Remarks)}"),
                Ended = Now,
            },
            cancellationToken);
    }

    private async Task BecomeLiveAsync(bool accept, CancellationToken cancellationToken)
    {
        if (Record.Certificate is { NeedsAcceptance: true, Accepted: null } certificate)
        {
            if (!accept)
            {
                throw new HermesException("Of an old task there are too few cases for a statement, so a person must accept it.").With(Remedy.AcceptUpdate, Key);
            }

            await StoreAsync(Record with { Certificate = certificate with { Accepted = Now } });
        }

        var model = GrainFactory.GetGrain<IModelGrain>(Record.Base!.Model);
        var live = await model.ResolveAsync(null, cancellationToken);
        if (Record.NewTrunk() is not { } trunk || trunk.Learned!.Package.Sha256 == live.Content.Package.Sha256)
        {
            // A new trunk may be live already: another update learned the same and was there first.
            await LiveAsync(Record.Branches.Count == 0 ? live : await model.PromoteAsync(Key, [.. Record.Branches.Select(b => b.Learned!)], cancellationToken));
        }
        else if (await ChangedSinceAsync(trunk, live, cancellationToken) is { } again)
        {
            await EnterAsync(again with { Certificate = null, Cause = null, Ended = null });
        }
        else
        {
            await LiveAsync(await model.PromoteTrunkAsync(Key, trunk.Run, Record.Content(), trunk.Datasets, Record.Base.Content.Package.Sha256, cancellationToken));
        }
    }

    // What was promoted since the new trunk was begun is not lost: on another trunk it begins anew, and branches are learned on it. What was withdrawn
    // since is not in it: it begins anew without.
    private async Task<UpdateRecord?> ChangedSinceAsync(UpdateTrunk trunk, ModelVersion live, CancellationToken cancellationToken)
    {
        if (live.Content.Package.Sha256 != Record.Base!.Content.Package.Sha256 || await Recipes.IsAnyWithdrawnAsync(trunk.Datasets, cancellationToken))
        {
            return Record with { State = UpdateState.Growing, Base = live, Trunks = [], Branches = [], Round = Record.Round + 1 };
        }

        var served = Record.Content().Groups().Select(g => g.Name).ToHashSet(StringComparer.Ordinal);
        List<ModelBranch> vanishing = [.. live.Content.Branches.Where(b => !served.Contains(b.Group.Name))];
        if (vanishing.Count == 0)
        {
            return null;
        }

        var more = await Recipes.BranchesAsync(Record, trunk.Learned!, vanishing.Select(b => (b.Dataset, b.Policy)), clock, cancellationToken);
        return Record with { State = UpdateState.Training, Branches = [.. Record.Branches, .. more] };
    }

    private Task LiveAsync(ModelVersion version) => EnterAsync(Record with { State = UpdateState.Promoted, PromotedVersion = version.Version, Cause = null, Ended = Now });

    private async Task CancelRunsAsync(CancellationToken cancellationToken)
    {
        foreach (var learning in Record.Runs().Where(r => r is { IsBegun: true, IsLearned: false }).ToList())
        {
            var run = GrainFactory.GetGrain<IRunGrain>(learning.Name);
            if ((await run.GetAsync(cancellationToken)).State != RunState.Absent)
            {
                await run.ForgoAsync(Key, cancellationToken);
            }

            await StoreAsync(Record.WithBegun(learning.Name, isBegun: false));
        }
    }

    // What is most likely a mistake is said before anything trains.
    private async Task<IReadOnlyList<UpdateConflict>> ConflictsAsync(UpdateTerms terms, UpdateRequest request, CancellationToken cancellationToken)
    {
        var conflicts = (await Outlook.ReadAsync(GrainFactory, terms.From, terms.Datasets, cancellationToken)).Conflicts();
        var grave = conflicts.Where(c => c.NeedsAcceptance).Select(c => c.Sentence).ToList();
        return grave.Count == 0 || request.AcceptConflicts ? conflicts : throw new HermesException(
            $"What is to be learned does not fit what {terms.From.Model}@{terms.From.Version} learned: {string.Join(' ', grave)}",
            hint: "Mend the labels or the spacing, give the structure another name, or accept it.").With(Remedy.AcceptConflicts);
    }

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
        Trunks = record.Trunks,
        Certificate = record.Certificate,
        Cause = record.Cause,
        PromotedVersion = record.PromotedVersion,
        Created = record.Created,
        Ended = record.Ended,
        Conflicts = record.Conflicts,
        Steps = record.Steps,
        SecondsPerStep = record.SecondsPerStep,
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
