using System.Runtime.CompilerServices;
using Hermes.Client.Blobs;
using Hermes.Client.Connection;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Datasets;

/// <summary>Adding datasets and cases to them, listing and reading them.</summary>
public sealed class DatasetClient
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private readonly PlatformConnection _connection;
    private readonly BlobClient _blobs;

    internal DatasetClient(PlatformConnection connection, BlobClient blobs)
    {
        _connection = connection;
        _blobs = blobs;
    }

    /// <summary>
    /// Adds a dataset: hashes its files, sends those the platform lacks, hands over the case list and waits until the platform has
    /// looked into every case. Repeating an add that was cut off completes it; a case is never doubled.
    /// </summary>
    /// <param name="source">The dataset on the user's disk.</param>
    /// <param name="progress">Told how far the add is.</param>
    /// <param name="cancellationToken">Gives up the add; nothing of it is kept.</param>
    /// <returns>The dataset as it then is, and whether an earlier add of it was seen to end.</returns>
    /// <exception cref="HermesException">
    /// A file cannot be read, or the platform refused the add: nothing of it was kept. Or the add was cancelled and the platform could not be told.
    /// </exception>
    public async Task<AddOutcome> AddAsync(DatasetSource source, IProgress<AddProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        await CheckAsync(source, (d, t) => d.CheckAddAsync(source.Declaration, source.Cases.Count, t), cancellationToken).ConfigureAwait(false);
        var cases = await HashAsync(source, progress, cancellationToken).ConfigureAwait(false);
        var commandId = CommandId.OfAdd(source.Declaration, cases);
        return await SendAsync(
            source, cases, commandId, (d, t) => d.BeginAddAsync(commandId, source.Declaration, cases.Count, t), progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Appends cases to a dataset, as <see cref="AddAsync"/> adds one: all cases of the newest version and these become the next version. Until then, and when
    /// the append is refused or given up, the dataset stays what it was.
    /// </summary>
    /// <param name="source">The cases on the user's disk, with the dataset's own declaration.</param>
    /// <param name="progress">Told how far the append is.</param>
    /// <param name="cancellationToken">Gives up the append; nothing of it is kept.</param>
    /// <returns>The dataset as it then is, and whether an earlier append of these cases was seen to end.</returns>
    /// <exception cref="HermesException">
    /// A file cannot be read, or the platform refused the append: nothing of it was kept. Or the append was cancelled and the platform could not be told.
    /// </exception>
    public async Task<AddOutcome> AppendAsync(DatasetSource source, IProgress<AddProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await CheckAppendAsync(source, cancellationToken).ConfigureAwait(false);
        var cases = await HashAsync(source, progress, cancellationToken).ConfigureAwait(false);
        var commandId = CommandId.OfAppend(source.Declaration, cases);
        return await SendAsync(
            source, cases, commandId, (d, t) => d.BeginAppendAsync(commandId, source.Declaration, cases.Count, t), progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses an append that would be refused whatever its files hold.</summary>
    /// <param name="source">The cases on the user's disk, with the dataset's own declaration.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HermesException">There is no such dataset, or its modality or label map is another.</exception>
    public Task CheckAppendAsync(DatasetSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return CheckAsync(source, (d, t) => d.CheckAppendAsync(source.Declaration, source.Cases.Count, t), cancellationToken);
    }

    private static string KeyOf(DatasetSource source) => Names.DatasetKey(source.Declaration.Site, source.Declaration.Name);

    private Task CheckAsync(DatasetSource source, Func<IDatasetGrain, CancellationToken, Task> check, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => check(grains.GetGrain<IDatasetGrain>(KeyOf(source)), token), cancellationToken);

    private async Task<AddOutcome> SendAsync(
        DatasetSource source,
        List<CaseSource> cases,
        string commandId,
        Func<IDatasetGrain, CancellationToken, Task<DatasetStatus>> begin,
        IProgress<AddProgress>? progress,
        CancellationToken cancellationToken)
    {
        var key = KeyOf(source);
        var status = await CallAsync(key, begin, cancellationToken).ConfigureAwait(false);
        var wasReady = status.State == DatasetState.Ready;
        if (status.State.IsArriving())
        {
            try
            {
                // What is wrong with the case list alone is told before anything is sent.
                await PageByPageAsync(key, cases, (d, _, chunk, t) => d.CheckCasesAsync(commandId, chunk, t), cancellationToken).ConfigureAwait(false);
                await UploadAsync(source, cases, progress, cancellationToken).ConfigureAwait(false);
                await PageByPageAsync(key, cases, (d, page, chunk, t) => d.StageAsync(commandId, page, chunk, t), cancellationToken).ConfigureAwait(false);
            }
            catch (HermesException)
            {
                await TryGiveUpAsync(key, commandId).ConfigureAwait(false);
                throw;
            }
            catch (OperationCanceledException)
            {
                await GiveUpAsync(key, commandId).ConfigureAwait(false);
                throw;
            }
        }

        try
        {
            status = status.State.IsArriving()
                ? await CallAsync(key, (d, t) => d.CommitAsync(commandId, t), cancellationToken).ConfigureAwait(false)
                : status;
            status = await LongWork.EndAsync(
                status,
                s => !s.State.IsUnderWay(),
                () => GetAsync(key, cancellationToken),
                seen => WatchAsync(key, seen, cancellationToken),
                progress is null ? null : new Relayed<ProgressEvent>(e => progress.Report(new AddProgress(cases.Count, cases.Count, null, e)))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await GiveUpAsync(key, commandId).ConfigureAwait(false);
            throw;
        }

        if (status.State == DatasetState.Refused || status.ProblemCount > 0)
        {
            throw Refusal(status);
        }

        var reader = CommandId.New();
        var isFirst = await CallAsync(key, (d, t) => d.AcknowledgeAddAsync(commandId, reader, t), cancellationToken).ConfigureAwait(false);
        return new AddOutcome(status, WasThere: wasReady && !isFirst);
    }

    /// <summary>Where a dataset stands; <see cref="DatasetState.Absent"/> when there is none.</summary>
    /// <param name="key">Its key, <c>site/dataset</c>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<DatasetStatus> GetAsync(string key, CancellationToken cancellationToken = default) =>
        CallAsync(key, (d, t) => d.GetAsync(t), cancellationToken);

    /// <summary>The cases of a dataset version, page by page.</summary>
    /// <param name="key">Its key, <c>site/dataset</c>.</param>
    /// <param name="version">The version, 1-based; 0 for the newest.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<CaseRecord> GetCasesAsync(
        string key, int version = 0, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var page = 0; ; page++)
        {
            var cases = await GetCasePageAsync(key, version, page, cancellationToken).ConfigureAwait(false);
            foreach (var one in cases)
            {
                yield return one;
            }

            if (cases.Count < IDatasetGrain.PageSize)
            {
                yield break;
            }
        }
    }

    /// <summary>Page <paramref name="page"/> (0-based) of the cases of a dataset version; empty past the end.</summary>
    /// <param name="key">Its key, <c>site/dataset</c>.</param>
    /// <param name="version">The version, 1-based; 0 for the newest.</param>
    /// <param name="page">The page, of at most <see cref="IDatasetGrain.PageSize"/> cases.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HermesException">There is no such dataset or version.</exception>
    public Task<IReadOnlyList<CaseRecord>> GetCasePageAsync(string key, int version, int page, CancellationToken cancellationToken = default) =>
        CallAsync(key, (d, t) => d.GetCasesAsync(version, page, t), cancellationToken);

    /// <summary>A case of a dataset version by its name; null when there is no such case, version or dataset, or the dataset was withdrawn.</summary>
    /// <param name="key">The dataset's key, <c>site/dataset</c>.</param>
    /// <param name="version">The version, 1-based; 0 for the newest.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<CaseStanding?> FindCaseAsync(string key, int version, string caseId, CancellationToken cancellationToken = default) =>
        CallAsync(key, (d, t) => d.FindCaseAsync(version, caseId, t), cancellationToken);

    /// <summary>Has the previews made that cases of a page lack; returns at once.</summary>
    /// <param name="key">The dataset's key, <c>site/dataset</c>.</param>
    /// <param name="version">The version, 1-based; 0 for the newest.</param>
    /// <param name="page">The page, of at most <see cref="IDatasetGrain.PageSize"/> cases.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Whether some are lacking that can be made.</returns>
    /// <exception cref="HermesException">There is no such dataset or version.</exception>
    public Task<bool> AskPreviewsAsync(string key, int version, int page, CancellationToken cancellationToken = default) =>
        CallAsync(key, (d, t) => d.AskPreviewsAsync(version, page, t), cancellationToken);

    /// <summary>All reasons why the last add of a dataset, or append to it, was refused, in the order of its cases.</summary>
    /// <param name="key">Its key, <c>site/dataset</c>.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async IAsyncEnumerable<Failure> GetProblemsAsync(string key, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var page = 0; ; page++)
        {
            var problems = await GetProblemPageAsync(key, page, cancellationToken).ConfigureAwait(false);
            foreach (var problem in problems)
            {
                yield return problem;
            }

            if (problems.Count < IDatasetGrain.PageSize)
            {
                yield break;
            }
        }
    }

    /// <summary>Page <paramref name="page"/> (0-based) of the reasons why the last add of a dataset, or append to it, was refused; empty past the end.</summary>
    /// <param name="key">Its key, <c>site/dataset</c>.</param>
    /// <param name="page">The page, of at most <see cref="IDatasetGrain.PageSize"/> reasons.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<IReadOnlyList<Failure>> GetProblemPageAsync(string key, int page, CancellationToken cancellationToken = default) =>
        CallAsync(key, (d, t) => d.GetProblemsAsync(page, t), cancellationToken);

    /// <summary>All datasets, in the order of their keys.</summary>
    public IAsyncEnumerable<DatasetStatus> ListAsync(CancellationToken cancellationToken = default) => ListAsync(new CatalogFilter(), cancellationToken);

    /// <summary>Some datasets, in the order of their keys.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<DatasetStatus> ListAsync(CatalogFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (_, status) in CatalogReader.ReadAsync<DatasetStatus>(_connection, CatalogKinds.Dataset, filter, cancellationToken).ConfigureAwait(false))
        {
            yield return status;
        }
    }

    /// <summary>A part of the list of datasets, in the order that the filter says. One that an add or append is under way of tells itself how far it is.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CatalogPage<DatasetStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default)
    {
        var page = await CatalogReader.PageAsync<DatasetStatus>(_connection, CatalogKinds.Dataset, filter, limit, cancellationToken).ConfigureAwait(false);
        var items = new List<DatasetStatus>(page.Items.Count);
        foreach (var listed in page.Items)
        {
            items.Add(listed is { Declaration: { } declaration } && listed.State.IsUnderWay()
                ? await GetAsync(Names.DatasetKey(declaration.Site, declaration.Name), cancellationToken).ConfigureAwait(false)
                : listed);
        }

        return page with { Items = items };
    }

    /// <summary>What datasets can be told apart by.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<CatalogFacets> GetFacetsAsync(CancellationToken cancellationToken = default) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<ICatalogGrain>(0).GetFacetsAsync(token), cancellationToken);

    /// <summary>The key <c>site/dataset</c> of what a user calls a dataset: a key, or a name in the default site or, if unique, in any.</summary>
    /// <exception cref="HermesException">There is no such dataset.</exception>
    public async Task<string> ResolveAsync(string nameOrKey, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrKey);
        var parts = nameOrKey.Split('/');
        if (parts.Length <= 2 && parts.All(Names.IsValid))
        {
            var key = parts.Length == 2 ? nameOrKey : Names.DatasetKey(Names.DefaultSite, nameOrKey);
            if ((await GetAsync(key, cancellationToken).ConfigureAwait(false)).State != DatasetState.Absent)
            {
                return key;
            }
        }

        var known = await ListAsync(cancellationToken).Where(d => d.Declaration is not null).Select(d => d.Declaration!).ToListAsync(cancellationToken).ConfigureAwait(false);
        return known.FindAll(d => d.Name == nameOrKey) is [var only]
            ? Names.DatasetKey(only.Site, only.Name)
            : throw new HermesException($"There is no dataset '{nameOrKey}'.", hint: known.Count == 0 ? null : $"There are: {string.Join(", ", known.Select(d => d.Name))}.")
                .With(known.Count == 0 ? Remedy.AddDataset : Remedy.None);
    }

    /// <summary>The story of an add or append under way, to its end.</summary>
    /// <param name="key">The dataset's key.</param>
    /// <param name="afterSequence">Only what came after this number; 0 from the start.</param>
    /// <param name="cancellationToken">Stops watching.</param>
    public IAsyncEnumerable<Grains.Interfaces.Progress.ProgressEvent> WatchAsync(string key, long afterSequence = 0, CancellationToken cancellationToken = default) =>
        _connection.WatchAsync((grains, after, token) => grains.GetGrain<IDatasetGrain>(key).WatchAsync(after, token), afterSequence, cancellationToken);

    internal static HermesException Refusal(DatasetStatus status)
    {
        if (status.Problems.Count == 0)
        {
            return new HermesException("The platform refused the dataset without saying why.");
        }

        var name = status.Declaration?.Name;
        return AddRefusal.Of($"Nothing was added to '{name}'", status.Problems, status.ProblemCount, name);
    }

    private static IEnumerable<string> Files(CaseFiles c) => c.Label is null ? [c.Image] : [c.Image, c.Label];

    private async Task<List<CaseSource>> HashAsync(DatasetSource source, IProgress<AddProgress>? progress, CancellationToken cancellationToken)
    {
        var total = source.Cases.Sum(c => Files(c).Count());
        var done = 0;
        var result = new List<CaseSource>(source.Cases.Count);
        foreach (var one in source.Cases)
        {
            var image = await NextAsync(one.Image).ConfigureAwait(false);
            var label = one.Label is null ? null : await NextAsync(one.Label).ConfigureAwait(false);
            result.Add(new CaseSource
            {
                CaseId = one.CaseId,
                Patient = one.Patient,
                Image = image,
                Label = label,
                ImageFile = one.Image,
                LabelFile = one.Label,
                FixedSplit = one.FixedSplit,
            });
        }

        return result;

        async Task<BlobRef> NextAsync(string file)
        {
            var number = done++;
            return await _blobs.HashAsync(file, null, Relay(progress, number, total), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UploadAsync(DatasetSource source, List<CaseSource> cases, IProgress<AddProgress>? progress, CancellationToken cancellationToken)
    {
        var work = source.Cases.Zip(cases)
            .SelectMany(pair => new[] { (File: pair.First.Image, Blob: pair.Second.Image), (File: pair.First.Label!, Blob: pair.Second.Label!) })
            .Where(item => item.Blob is not null)
            .ToList();
        var done = 0;
        var parts = new Dictionary<string, double>(StringComparer.Ordinal);
        var gate = new Lock();
        await _blobs.UploadAsync(work, new Relayed<TransferProgress>(Report), End, cancellationToken).ConfigureAwait(false);

        void Report(TransferProgress transfer)
        {
            lock (gate)
            {
                parts[transfer.File] = transfer.Total > 0 ? (double)transfer.Done / transfer.Total : 1;
                progress?.Report(new AddProgress(done, work.Count, transfer, null) { Parts = parts.Values.Sum() });
            }
        }

        void End(string file)
        {
            lock (gate)
            {
                done++;
                parts.Remove(file);
            }
        }
    }

    /// <summary>Gives up an add or append under way; nothing of it is kept.</summary>
    /// <param name="nameOrKey">What a user calls the dataset.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The dataset as it then is.</returns>
    /// <exception cref="HermesException">There is no such dataset, or no add or append is under way, or it was complete first.</exception>
    public async Task<DatasetStatus> CancelAddAsync(string nameOrKey, CancellationToken cancellationToken = default)
    {
        var key = await ResolveAsync(nameOrKey, cancellationToken).ConfigureAwait(false);
        var before = await GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (!before.State.IsUnderWay())
        {
            throw new HermesException($"No add of the dataset '{nameOrKey}' is under way.").With(Remedy.ShowDataset, nameOrKey);
        }

        await _connection.CallAsync((grains, token) => grains.GetGrain<IDatasetGrain>(key).CancelAddAsync(null, token), cancellationToken).ConfigureAwait(false);
        var after = await GetAsync(key, cancellationToken).ConfigureAwait(false);
        return after.Version == before.Version
            ? after
            : throw new HermesException($"The add of the dataset '{nameOrKey}' was complete before it could be cancelled.").With(Remedy.ShowDataset, nameOrKey);
    }

    /// <summary>What was learned from a dataset and what is learning from it: what a withdrawal takes out, and what it cannot.</summary>
    /// <param name="nameOrKey">What a user calls the dataset.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HermesException">There is no such dataset.</exception>
    public async Task<WithdrawalPlan> PlanWithdrawalAsync(string nameOrKey, CancellationToken cancellationToken = default)
    {
        var key = await ResolveAsync(nameOrKey, cancellationToken).ConfigureAwait(false);
        var (branches, trunks, underWay) = (new List<LearnedBranch>(), new List<LearnedTrunk>(), new List<string>());
        await foreach (var (_, status) in CatalogReader.ReadAsync<ModelStatus>(_connection, CatalogKinds.Model, new CatalogFilter(), cancellationToken).ConfigureAwait(false))
        {
            var live = status.Aliases.TryGetValue(IModelGrain.LiveAlias, out var number) ? status.Versions[number - 1] : null;
            branches.AddRange(status.Versions.SelectMany(v => v.Content.Branches).Where(b => b.Dataset.Dataset == key).DistinctBy(b => b.Group.Name).Select(
                b => new LearnedBranch(status.Name, b.Group.Name, live?.Content.Branches.Any(l => l.Dataset.Dataset == key) == true)));
            foreach (var trunk in status.Versions.Where(v => v.Datasets.Any(d => d.Dataset == key)).GroupBy(v => v.Content.Package.Sha256))
            {
                var first = trunk.First();

                // What was exported and imported again has no run of its own.
                var run = first.Run.Length == 0 ? null : await RunAsync(first.Run, cancellationToken).ConfigureAwait(false);
                trunks.Add(new LearnedTrunk(
                    status.Name, [.. trunk.Select(v => v.Version)], first.Run, run?.StepsTotal ?? 0, run?.Ended - run?.Created, status.Retired.Contains(key),
                    live?.Content.Package.Sha256 == trunk.Key, [.. first.Datasets.Where(d => d.Dataset != key && !status.Withdrawn.Contains(d.Dataset)).Select(d => d.Dataset)]));
            }
        }

        await foreach (var (entry, status) in CatalogReader.ReadAsync<UpdateStatus>(_connection, CatalogKinds.Update, new CatalogFilter(), cancellationToken).ConfigureAwait(false))
        {
            underWay.AddRange(entry.IsUnfinished && status.Request?.Datasets.Contains(key) == true ? [$"update {status.Name}"] : []);
        }

        await foreach (var (entry, status) in CatalogReader.ReadAsync<RunStatus>(_connection, CatalogKinds.Run, new CatalogFilter(), cancellationToken).ConfigureAwait(false))
        {
            underWay.AddRange(entry.IsUnfinished && status.Datasets.Any(d => d.Dataset == key) ? [$"run {status.Name}"] : []);
        }

        return new WithdrawalPlan(key, await GetAsync(key, cancellationToken).ConfigureAwait(false), branches, trunks, underWay);
    }

    /// <summary>Takes a dataset out for ever and waits until all that was asked for is done; repeated, it goes on where it was and can ask for more.</summary>
    /// <param name="key">Its key, <c>site/dataset</c>.</param>
    /// <param name="retireTrunks">Whether versions whose trunk learned from it are not answered any more.</param>
    /// <param name="deleteBlobs">Whether the blobs that only it refers to are deleted.</param>
    /// <param name="cancellationToken">Gives up waiting; the withdrawal goes on.</param>
    /// <exception cref="HermesException">There is no such dataset, its add is under way, or what is left of it cannot be removed yet.</exception>
    public async Task<DatasetStatus> WithdrawAsync(string key, bool retireTrunks = false, bool deleteBlobs = false, CancellationToken cancellationToken = default)
    {
        var status = await CallAsync(key, (d, t) => d.WithdrawAsync(retireTrunks, deleteBlobs, t), cancellationToken).ConfigureAwait(false);
        while (status.Withdrawal is not { IsDone: true })
        {
            if (status.Withdrawal?.Cause is { } cause)
            {
                throw cause.ToException();
            }

            await Task.Delay(Look, cancellationToken).ConfigureAwait(false);
            status = await GetAsync(key, cancellationToken).ConfigureAwait(false);
        }

        return status;
    }

    private Task<RunStatus> RunAsync(string run, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => grains.GetGrain<IRunGrain>(run).GetAsync(token), cancellationToken);

    private async Task GiveUpAsync(string key, string commandId)
    {
        if (!await TryGiveUpAsync(key, commandId).ConfigureAwait(false))
        {
            throw new HermesException($"The add of '{key}' was interrupted, but the platform did not answer that: it may yet be completed.").With(Remedy.CancelAdd, key);
        }
    }

    private async Task PageByPageAsync(
        string key, List<CaseSource> cases, Func<IDatasetGrain, int, IReadOnlyList<CaseSource>, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        foreach (var (page, chunk) in cases.Chunk(IDatasetGrain.PageSize).Index())
        {
            await _connection.CallAsync((grains, token) => call(grains.GetGrain<IDatasetGrain>(key), page, chunk, token), cancellationToken).ConfigureAwait(false);
        }
    }

    // What was staged stays invisible; the next add of this name replaces or continues it.
    private Task<bool> TryGiveUpAsync(string key, string commandId) => LongWork.TryGiveUpAsync(
        token => _connection.CallAsync((grains, t) => grains.GetGrain<IDatasetGrain>(key).CancelAddAsync(commandId, t), token));

    private static Relayed<TransferProgress>? Relay(IProgress<AddProgress>? progress, int number, int total) =>
        progress is null ? null : new Relayed<TransferProgress>(t =>
            progress.Report(new AddProgress(number, total, t, null) { Parts = t.Total > 0 ? (double)t.Done / t.Total : 1 }));

    private Task<T> CallAsync<T>(string key, Func<IDatasetGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IDatasetGrain>(key), token), cancellationToken);
}
