using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Owners;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Datasets;

/// <inheritdoc cref="IDatasetGrain"/>
public sealed class DatasetGrain(
    [PersistentState("dataset", "hermes")] IPersistentState<Versioned<DatasetRecord>> storage,
    IBlobStore blobs,
    IWorkerPool workers,
    IBlobCare care,
    OwnerServices services) : OwnerGrain<DatasetRecord, DatasetState>(CatalogKinds.Dataset, Machine, storage, services), IDatasetGrain
{
    internal static readonly StateMachine<DatasetState> Machine = new(
        (DatasetState.Absent, [DatasetState.Staging]),
        (DatasetState.Staging, [DatasetState.Ingesting, DatasetState.Refused]),
        (DatasetState.Ingesting, [DatasetState.Ready, DatasetState.Refused]),
        (DatasetState.Refused, [DatasetState.Staging]),
        (DatasetState.Ready, [DatasetState.Receiving, DatasetState.Withdrawn]),
        (DatasetState.Receiving, [DatasetState.Appending, DatasetState.Ready, DatasetState.Withdrawn]),
        (DatasetState.Appending, [DatasetState.Ready, DatasetState.Withdrawn]));

    // Somebody who leafs through a large dataset has gone on from what was asked for before.
    private const int MostUnseen = 16;

    private readonly CasePages _pages = new(blobs);
    private DatasetPreviews? _previews;

    private DatasetPreviews Previews => _previews ??= new DatasetPreviews(Key, Record.Declaration!, workers, Log);

    private ITaskRegistryGrain Registry => GrainFactory.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);

    /// <inheritdoc/>
    public async Task CheckAddAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken)
    {
        DeclarationRules.Require(declaration, Key, cases);
        var record = Record;
        RequireNotWithdrawn(record, "Choose another name.");
        if (record.State.HasVersion())
        {
            // With as many cases it may be the same add again, which only their digests tell.
            var isOther = record.Versions[^1].Cases != cases
                || record.Declaration!.Modality != declaration.Modality
                || !record.Declaration.Labels.SequenceEqual(declaration.Labels);
            if (isOther)
            {
                throw Exists(record.Declaration!, declaration);
            }
        }
        else if (record.State != DatasetState.Ingesting)
        {
            await RequireTasksAsync(declaration, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<DatasetStatus> BeginAddAsync(string commandId, DatasetDeclaration declaration, int cases, CancellationToken cancellationToken)
    {
        DeclarationRules.Require(declaration, Key, cases);
        var record = Record;
        if (record.State is DatasetState.Staging or DatasetState.Ingesting or DatasetState.Ready && record.CommandId == commandId)
        {
            return Status();
        }

        RequireNotWithdrawn(record, "Choose another name.");
        if (record.State.HasVersion())
        {
            throw Exists(record.Declaration!, declaration);
        }

        if (record.State == DatasetState.Ingesting)
        {
            throw new HermesException($"Dataset '{declaration.Name}' is being added with other content.", hint: "Wait until that add has ended.");
        }

        await RequireTasksAsync(declaration, cancellationToken);
        return await BeginAsync(record with { State = DatasetState.Staging, Declaration = declaration }, commandId, cases);
    }

    /// <inheritdoc/>
    public Task CheckAppendAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken)
    {
        RequireAppendable(declaration, cases);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<DatasetStatus> BeginAppendAsync(string commandId, DatasetDeclaration declaration, int cases, CancellationToken cancellationToken)
    {
        RequireAppendable(declaration, cases);
        var record = Record;
        if (record.CommandId == commandId && (record.State.IsUnderWay() || EndedWell(record)))
        {
            return Status();
        }

        return record.State != DatasetState.Appending
            ? await BeginAsync(record with { State = DatasetState.Receiving }, commandId, cases)
            : throw new HermesException($"Other cases are being appended to dataset '{declaration.Name}'.", hint: "Wait until that append has ended.");
    }

    private void RequireAppendable(DatasetDeclaration declaration, int cases)
    {
        DeclarationRules.Require(declaration, Key, cases);
        RequireNotWithdrawn(Record, "Add the cases under another name.");
        AppendRules.RequireSame(Record.Versions.Count > 0 ? Record.Declaration! : throw NoVersion.Of(Key, Status()), declaration);
    }

    private async Task<DatasetStatus> BeginAsync(DatasetRecord begun, string commandId, int cases)
    {
        await ChangeAsync(begun with
        {
            CommandId = commandId,
            SeenBy = null,
            Add = DatasetAdd.Of(cases),
            Problems = [],
            ProblemCount = 0,
            ProblemPages = [],
        });
        return Status();
    }

    // An append that was refused leaves the dataset ready, too.
    private static bool EndedWell(DatasetRecord record) => record.State == DatasetState.Ready && record.ProblemCount == 0;

    private static HermesException Exists(DatasetDeclaration own, DatasetDeclaration said) => new HermesException(
        AppendRules.Difference(own, said) is { } difference ? $"Dataset '{own.Name}' exists. {difference}" : $"Dataset '{own.Name}' exists.",
        hint: "Choose another name.").With(Remedy.ShowDataset, own.Name);

    private async Task RequireTasksAsync(DatasetDeclaration declaration, CancellationToken cancellationToken) =>
        DeclarationRules.RequireTasks(declaration, Key, await Registry.FindAsync([.. declaration.Labels.Select(l => l.Task)], cancellationToken));

    /// <inheritdoc/>
    public async Task CheckCasesAsync(string commandId, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken)
    {
        if (RequireAdd(commandId) is not null)
        {
            DeclarationRules.RequireCases(cases);
            await RequireGoodAsync(cases, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task StageAsync(string commandId, int page, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken)
    {
        var add = RequireAdd(commandId);
        if (add is null)
        {
            return;
        }

        if (page < 0 || page >= add.Staged.Count || cases.Count != add.CasesOf(page))
        {
            throw new HermesException($"Page {page} with {cases.Count} cases does not belong to an add of {add.Cases} cases.");
        }

        DeclarationRules.RequireCases(cases);
        var blob = await blobs.PutJsonAsync(cases, cancellationToken);
        if (RequireAdd(commandId) is { } now && now.Staged[page] != blob)
        {
            var staged = now.Staged.ToArray();
            staged[page] = blob;
            now = now with { Staged = staged };
            if (staged.All(p => p is not null))
            {
                // A list that is stored as a whole is a good one.
                await RequireGoodAsync(await StagedCasesAsync(now, cancellationToken), cancellationToken);
            }

            await StoreAsync(Record with { Add = now });
        }
    }

    private async Task RequireGoodAsync(IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken)
    {
        try
        {
            await new DatasetVersionBuilder(blobs).CheckAsync(Record, cases, cancellationToken);
        }
        catch (HermesException refusal) when (!refusal.IsPassing)
        {
            await RefuseAsync([Failure.Of(refusal)], Record.CommandId);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<DatasetStatus> CommitAsync(string commandId, CancellationToken cancellationToken)
    {
        var add = RequireAdd(commandId);
        if (add is null)
        {
            return Status();
        }

        var missing = add.Staged.ToList().FindIndex(p => p is null);
        if (missing >= 0)
        {
            throw new HermesException($"Page {missing} of the {add.Staged.Count} pages of the case list is missing.", hint: "Repeat the command.");
        }

        await ChangeAsync(Record with
        {
            State = Record.State == DatasetState.Staging ? DatasetState.Ingesting : DatasetState.Appending,
            SplitKey = Record.SplitKey ?? Convert.ToHexStringLower(SplitRule.KeyOf(Key)),
        });
        return Status();
    }

    /// <inheritdoc/>
    public async Task<bool> AcknowledgeAddAsync(string commandId, string reader, CancellationToken cancellationToken)
    {
        var record = Record;
        if (EndedWell(record) && record.CommandId == commandId && record.SeenBy is null)
        {
            await StoreAsync(record with { SeenBy = reader });
        }

        return Record.CommandId == commandId && Record.SeenBy == reader;
    }

    /// <inheritdoc/>
    public async Task CancelAddAsync(string? commandId, CancellationToken cancellationToken)
    {
        if (Record.Add is not null && (commandId is null || Record.CommandId == commandId))
        {
            StopCaring();
            await RefuseAsync([new Failure($"The {(Record.Versions.Count == 0 ? "add" : "append")} was cancelled.")], Record.CommandId);
        }
    }

    /// <inheritdoc/>
    public async Task<DatasetStatus> WithdrawAsync(bool retireTrunks, bool deleteBlobs, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.State != DatasetState.Withdrawn && !record.State.HasVersion())
        {
            throw record.State.IsUnderWay()
                ? new HermesException($"Dataset '{Key}' is still being added; nothing could be withdrawn yet.").With(Remedy.CancelAdd, record.Declaration!.Name)
                : NoVersion.Of(Key, Status());
        }

        var (before, isFirst) = (record.Withdrawal ?? new DatasetWithdrawal(), record.Withdrawal is null);
        var isMore = isFirst || (retireTrunks && !before.RetiresTrunks) || (deleteBlobs && !before.DeletesBlobs);
        if (isMore)
        {
            var wasUnderWay = record.Add is not null;
            if (wasUnderWay)
            {
                StopCaring();
            }

            await ChangeAsync(record with
            {
                State = DatasetState.Withdrawn,
                Add = null,
                Problems = wasUnderWay ? [new Failure("The dataset was withdrawn before its new cases were appended.")] : [],
                ProblemCount = wasUnderWay ? 1 : 0,
                ProblemPages = [],
                Withdrawal = before with
                {
                    At = Now, RetiresTrunks = before.RetiresTrunks || retireTrunks, DeletesBlobs = before.DeletesBlobs || deleteBlobs, IsDone = false, Cause = null,
                },
                Outgoing = isFirst || (retireTrunks && !before.RetiresTrunks) ? [.. record.Outgoing, DatasetDescription.Withdrawn(Key, Actor, Now, retireTrunks)] : record.Outgoing,
            });
        }

        return Status();
    }

    private void RequireNotWithdrawn(DatasetRecord record, string hint)
    {
        if (record.State == DatasetState.Withdrawn)
        {
            throw new HermesException($"Dataset '{Key}' was withdrawn, and its name stays taken.", hint: hint);
        }
    }

    /// <inheritdoc/>
    public Task<DatasetStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status());

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CaseRecord>> GetCasesAsync(int version, int page, CancellationToken cancellationToken)
    {
        var pages = RequireVersion(version).Pages;
        return page >= 0 && page < pages.Count ? await blobs.GetJsonAsync<List<CaseRecord>>(pages[page], cancellationToken) : [];
    }

    /// <inheritdoc/>
    public Task<CaseStanding?> FindCaseAsync(int version, string caseId, CancellationToken cancellationToken) =>
        FindVersion(version) is { } found ? _pages.FindAsync(found, caseId, cancellationToken) : Task.FromResult<CaseStanding?>(null);

    /// <inheritdoc/>
    public async Task<bool> AskPreviewsAsync(int version, int page, CancellationToken cancellationToken)
    {
        var asked = new CasePage(RequireVersion(version).Version, page);
        if (!(await GetCasesAsync(asked.Version, page, cancellationToken)).Any(Previews.IsLacking))
        {
            return false;
        }

        if (!Record.Unseen.Contains(asked))
        {
            await StoreAsync(Record with { Unseen = [asked, .. Record.Unseen.Take(MostUnseen - 1)] });
            await Care();
        }

        return true;
    }

    private DatasetVersionHead RequireVersion(int version) => FindVersion(version) ?? throw (Record.State == DatasetState.Withdrawn
        ? NoVersion.Of(Key, Status())
        : new HermesException($"Dataset '{Key}' has no version {version}; it has {Record.Versions.Count}."));

    private DatasetVersionHead? FindVersion(int version)
    {
        var number = version == 0 ? Record.Versions.Count : version;
        return Record.State != DatasetState.Withdrawn && number >= 1 && number <= Record.Versions.Count ? Record.Versions[number - 1] : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Failure>> GetProblemsAsync(int page, CancellationToken cancellationToken)
    {
        var record = Record;
        return record.ProblemPages.Count == 0
            ? page == 0 ? record.Problems : []
            : page >= 0 && page < record.ProblemPages.Count ? await blobs.GetJsonAsync<List<Failure>>(record.ProblemPages[page], cancellationToken) : [];
    }

    /// <inheritdoc/>
    public async Task NoteUpdateAsync(DatasetUpdate update, CancellationToken cancellationToken)
    {
        var known = Record.Updates.FirstOrDefault(u => u.Update == update.Update && u.Version == update.Version);
        if (Record.State != DatasetState.Absent && (known is null || known.At < update.At))
        {
            await ChangeAsync(Record with { Updates = [.. Record.Updates.Where(u => u != known).Append(update).TakeLast(DatasetStatus.Told)] });
        }
    }

    /// <inheritdoc/>
    public async Task NoteUseAsync(DatasetUse use, CancellationToken cancellationToken)
    {
        var known = Record.Uses.FirstOrDefault(u => u.Model == use.Model);
        if (Record.State != DatasetState.Absent && (known is null || known.Promotion < use.Promotion))
        {
            await ChangeAsync(Record with { Uses = [.. Record.Uses.Where(u => u != known).Append(use).OrderBy(u => u.Model, StringComparer.Ordinal)] });
        }
    }

    // The add or append that commandId began, null when it went on beyond staging already, or an explanation.
    private DatasetAdd? RequireAdd(string commandId)
    {
        var record = Record;
        RequireNotWithdrawn(record, "Add the cases under another name.");
        if (record.CommandId != commandId)
        {
            throw new HermesException($"Another add of dataset '{Key}' has taken over.", hint: "Repeat the command.");
        }

        return record.State.IsArriving() ? record.Add : null;
    }

    private protected override async Task CareAsync(CancellationToken cancellationToken)
    {
        if (Record is { State: DatasetState.Withdrawn, Withdrawal.IsDone: false })
        {
            try
            {
                await LeaveAsync(cancellationToken);
            }
            catch (HermesException refusal)
            {
                await StoreAsync(Record with { Withdrawal = Record.Withdrawal! with { Cause = Failure.Of(refusal) } });
            }
        }

        if (!Record.State.IsLookedInto())
        {
            if (Record is { State: not DatasetState.Withdrawn, Unseen: [var asked, ..] })
            {
                await DepictAsync(asked, cancellationToken);
            }

            return;
        }

        var commandId = Record.CommandId;
        try
        {
            var ingest = new DatasetIngest(Record.CommandId!, Record.Declaration!, blobs, workers, Log);
            await ingest.RunAsync(
                () => Record.Add ?? throw new OperationCanceledException(cancellationToken),
                add => StoreAsync(Record with { Add = add }),
                Tell,
                cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            var add = Record.Add!;
            if (add.Refused > 0)
            {
                await RefuseAsync(await DatasetIngest.ProblemsAsync(blobs, add, cancellationToken), commandId);
                return;
            }

            await MakeVersionAsync(add, cancellationToken);
        }
        catch (HermesException refusal) when (!refusal.IsPassing && !cancellationToken.IsCancellationRequested)
        {
            await RefuseAsync([Failure.Of(refusal)], commandId);
        }
    }

    // A few cases at a time, so that an append that begins meanwhile goes first.
    private async Task DepictAsync(CasePage asked, CancellationToken cancellationToken)
    {
        var page = Record.Versions[asked.Version - 1].Pages[asked.Page];
        var (stored, isDone) = (page, true);
        try
        {
            var cases = await blobs.GetJsonAsync<List<CaseRecord>>(page, cancellationToken);
            var more = await Previews.WithMoreAsync(cases, cancellationToken);
            stored = ReferenceEquals(more, cases) ? page : await blobs.PutJsonAsync(more, cancellationToken);
            isDone = !more.Any(Previews.IsLacking);
        }
        catch (HermesException damage) when (!damage.IsPassing)
        {
            // Whoever looks at the page next is told.
            Log.LogWarning("Page {Page} of version {Version} of {Dataset} gets no previews: {Reason}", asked.Page, asked.Version, Key, damage.Message);
        }

        if (Record.State != DatasetState.Withdrawn)
        {
            await StoreAsync(Record with
            {
                Versions = [.. Record.Versions.Select(v => v with { Pages = [.. v.Pages.Select(p => p == page ? stored : p)] })],
                Unseen = isDone ? [.. Record.Unseen.Where(u => u != asked)] : Record.Unseen,
            });
            await Care();
        }
    }

    // Every step may be repeated: what is to be deleted is written down before anybody lets go of it.
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        var removal = new DatasetRemoval(Key, GrainFactory, Catalog, blobs, care);
        var withdrawal = Record.Withdrawal!;
        await removal.LeaveModelsAsync(withdrawal.RetiresTrunks, cancellationToken);
        if (withdrawal.DeletesBlobs && Record.Doomed is null && Record.Versions.Any(v => v.Pages.Count > 0))
        {
            var doomed = await removal.FindAsync(Record, cancellationToken);
            await StoreAsync(Record with { Doomed = await blobs.PutJsonAsync(doomed, cancellationToken) });
        }

        var questions = await removal.ForgetQuestionsAsync(Record, cancellationToken);
        await StoreAsync(Record with { Withdrawal = Record.Withdrawal! with { Questions = Record.Withdrawal.Questions + questions } });
        if (Record is { Withdrawal.DeletesBlobs: true, Doomed: { } list })
        {
            if (!await removal.ReleaseAsync(cancellationToken))
            {
                return;
            }

            await StoreAsync(Record with { Versions = [.. Record.Versions.Select(v => v with { Pages = [] })], ProblemPages = [] });
            var (count, bytes, shared) = await removal.DeleteAsync(list, cancellationToken);
            await StoreAsync(Record with { Doomed = null, Withdrawal = Record.Withdrawal! with { Blobs = count, Bytes = bytes, Shared = shared } });
            await blobs.DeleteAsync(list, cancellationToken);
        }

        // More may have been asked for meanwhile.
        if (Record.Withdrawal!.At == withdrawal.At)
        {
            await ChangeAsync(Record with { Withdrawal = Record.Withdrawal! with { IsDone = true, Cause = null } });
        }
    }

    private async Task RefuseAsync(IReadOnlyList<Failure> problems, string? commandId)
    {
        var pages = new List<BlobRef>();
        if (problems.Count > DatasetStatus.Told)
        {
            foreach (var page in problems.Chunk(IDatasetGrain.PageSize))
            {
                pages.Add(await blobs.PutJsonAsync(page, CancellationToken.None));
            }
        }

        if (Record.CommandId != commandId || Record.Add is null)
        {
            // It was given up meanwhile, and perhaps begun anew.
            return;
        }

        await ChangeAsync(Record with
        {
            State = Record.Versions.Count == 0 ? DatasetState.Refused : DatasetState.Ready,
            Add = null,
            Problems = [.. problems.Take(DatasetStatus.Told)],
            ProblemCount = problems.Count,
            ProblemPages = pages,
        });
    }

    private async Task MakeVersionAsync(DatasetAdd add, CancellationToken cancellationToken)
    {
        var record = Record;
        var version = await new DatasetVersionBuilder(blobs).BuildAsync(record, add, await StagedCasesAsync(add, cancellationToken), cancellationToken);
        var labels = record.Declaration!.Labels;
        await Registry.RegisterAsync(Key, [.. labels.Select(l => l.Task)], LabelSchema.Of(labels), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        await ChangeAsync(Record with
        {
            State = DatasetState.Ready,
            Add = null,
            Versions = [.. Record.Versions, version],
            Outgoing = [.. Record.Outgoing, DatasetDescription.Ready(Key, Actor, Now, Record.Declaration!, version)],
        });
    }

    private async Task<List<CaseSource>> StagedCasesAsync(DatasetAdd add, CancellationToken cancellationToken)
    {
        var cases = new List<CaseSource>(add.Cases);
        foreach (var page in add.Staged)
        {
            cases.AddRange(await blobs.GetJsonAsync<List<CaseSource>>(page!, cancellationToken));
        }

        return cases;
    }

    private DatasetStatus Status() => DatasetDescription.Status(Record) with { Waits = Record.State.IsLookedInto() ? Waits : null };

    private protected override Happening Present(string? message) => DatasetDescription.Event(Record, message);

    private protected override Standing Describe(DatasetRecord record) => new(
        record.State.IsLookedInto() || record is { State: DatasetState.Withdrawn, Withdrawal.IsDone: false } or { State: not DatasetState.Withdrawn, Unseen.Count: > 0 },
        DatasetDescription.Status(record));
}
