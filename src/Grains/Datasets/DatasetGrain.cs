using System.Runtime.CompilerServices;
using Hermes.Blobs;
using Hermes.Grains.Catalog;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Progress;
using Hermes.Grains.Seams;
using Hermes.Grains.State;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Datasets;

/// <inheritdoc cref="IDatasetGrain"/>
public sealed class DatasetGrain(
    [PersistentState("dataset", "hermes")] IPersistentState<Versioned<DatasetRecord>> storage,
    IBlobStore blobs,
    IWorkerPool workers,
    ICatalogStore catalog,
    IEventBus events,
    GrainTimings timings,
    TimeProvider clock,
    ILogger<DatasetGrain> log) : Grain, IDatasetGrain
{
    private Owned<DatasetRecord> _record = null!;
    private Story _story = null!;
    private Background _ingest = null!;
    private Background _delivery = null!;

    private string Key => this.GetPrimaryKeyString();

    private ITaskRegistryGrain Registry => GrainFactory.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<DatasetRecord>(storage, catalog, Describe, DeactivateOnIdle);
        _story = new Story(clock, timings.Heartbeat);
        _ingest = new Background(log);
        _delivery = new Background(log);
        _story.ContinueAfter(_record.Value.Sequence);
        if (_record.Value.State != DatasetState.Absent)
        {
            Tell();
        }

        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(timings.Tick, timings.Tick));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _ingest.Stop();
        _delivery.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task CheckAddAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken)
    {
        DeclarationRules.Require(declaration, Key, cases);
        var record = _record.Value;
        if (record.State == DatasetState.Ready)
        {
            // With as many cases it may be the same add again, which only their digests tell.
            var isOther = record.Versions[^1].Cases != cases || record.Declaration!.Modality != declaration.Modality || !record.Declaration.Labels.SequenceEqual(declaration.Labels);
            if (isOther)
            {
                throw Exists(declaration);
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
        var record = _record.Value;
        if (record.State is DatasetState.Staging or DatasetState.Ingesting or DatasetState.Ready && record.CommandId == commandId)
        {
            return Status(record);
        }

        if (record.State == DatasetState.Ready)
        {
            throw Exists(declaration);
        }

        if (record.State == DatasetState.Ingesting)
        {
            throw new HermesException($"Dataset '{declaration.Name}' is being added with other content.", hint: "Wait until that add has ended.");
        }

        await RequireTasksAsync(declaration, cancellationToken);
        await _record.SetAsync(record with
        {
            State = DatasetState.Staging,
            Declaration = declaration,
            CommandId = commandId,
            SeenBy = null,
            Add = DatasetAdd.Of(cases),
            Problems = [],
            ProblemCount = 0,
            ProblemPages = [],
            Sequence = _story.LastSequence,
        });
        Tell();
        return Status(_record.Value);
    }

    private static HermesException Exists(DatasetDeclaration declaration) =>
        new($"Dataset '{declaration.Name}' exists.", hint: "Choose another name; see it with: hermes dataset show " + declaration.Name);

    private async Task RequireTasksAsync(DatasetDeclaration declaration, CancellationToken cancellationToken) =>
        DeclarationRules.RequireTasks(declaration, Key, await Registry.FindAsync([.. declaration.Labels.Select(l => l.Task)], cancellationToken));

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
        if (RequireAdd(commandId) is { } now)
        {
            var staged = now.Staged.ToArray();
            staged[page] = blob;
            await _record.SetAsync(_record.Value with { Add = now with { Staged = staged } });
        }
    }

    /// <inheritdoc/>
    public async Task<DatasetStatus> CommitAsync(string commandId, CancellationToken cancellationToken)
    {
        var add = RequireAdd(commandId);
        if (add is null)
        {
            return Status(_record.Value);
        }

        var missing = add.Staged.ToList().FindIndex(p => p is null);
        if (missing >= 0)
        {
            throw new HermesException($"Page {missing} of the {add.Staged.Count} pages of the case list is missing.", hint: "Repeat the add.");
        }

        var cases = await StagedCasesAsync(add, cancellationToken);
        DeclarationRules.RequireDistinct(cases);
        var key = SplitRule.KeyOf(Key);
        SplitRule.Draw(key, new Dictionary<string, Split>(), new Dictionary<string, Split>(), cases);
        if (RequireAdd(commandId) is not null)
        {
            await _record.SetAsync(_record.Value with
            {
                State = DatasetState.Ingesting,
                SplitKey = Convert.ToHexStringLower(key),
                Sequence = _story.LastSequence,
            });
            Tell();
            StartIngest();
        }

        return Status(_record.Value);
    }

    /// <inheritdoc/>
    public async Task<bool> AcknowledgeAddAsync(string commandId, string reader, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        if (record.State == DatasetState.Ready && record.CommandId == commandId && record.SeenBy is null)
        {
            await _record.SetAsync(record with { SeenBy = reader });
        }

        return _record.Value.CommandId == commandId && _record.Value.SeenBy == reader;
    }

    /// <inheritdoc/>
    public async Task CancelAddAsync(string? commandId, CancellationToken cancellationToken)
    {
        if (_record.Value.Add is not null && (commandId is null || _record.Value.CommandId == commandId))
        {
            _ingest.Stop();
            await RefuseAsync([new Failure("The add was cancelled.")]);
        }
    }

    /// <inheritdoc/>
    public Task<DatasetStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(_record.Value));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CaseRecord>> GetCasesAsync(int version, int page, CancellationToken cancellationToken)
    {
        var versions = _record.Value.Versions;
        var number = version == 0 ? versions.Count : version;
        if (number < 1 || number > versions.Count)
        {
            throw new HermesException($"Dataset '{Key}' has no version {version}; it has {versions.Count}.");
        }

        var pages = versions[number - 1].Pages;
        return page >= 0 && page < pages.Count ? await blobs.GetJsonAsync<List<CaseRecord>>(pages[page], cancellationToken) : [];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Failure>> GetProblemsAsync(int page, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        return record.ProblemPages.Count == 0
            ? page == 0 ? record.Problems : []
            : page >= 0 && page < record.ProblemPages.Count ? await blobs.GetJsonAsync<List<Failure>>(record.ProblemPages[page], cancellationToken) : [];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var happened in _story.ReadAsync(afterSequence, cancellationToken))
        {
            yield return happened;
        }
    }

    /// <inheritdoc/>
    public async Task WakeAsync()
    {
        await _record.ShowAsync();
        await Tick();
    }

    // The add that commandId began, null when it went on beyond staging already, or an explanation.
    private DatasetAdd? RequireAdd(string commandId)
    {
        var record = _record.Value;
        if (record.CommandId != commandId)
        {
            throw new HermesException($"Another add of dataset '{Key}' has taken over.", hint: "Repeat the add.");
        }

        return record.State == DatasetState.Staging ? record.Add : null;
    }

    private Task Tick()
    {
        if (_record.Value.State == DatasetState.Ingesting)
        {
            StartIngest();
        }

        if (_record.Value.Outbox.Count > 0)
        {
            _delivery.Start($"delivery of the events of dataset {Key}", DeliverAsync);
        }

        return Task.CompletedTask;
    }

    private void StartIngest()
    {
        DelayDeactivation(timings.LeaseLifetime);
        if (!_ingest.IsRunning)
        {
            var ingest = new DatasetIngest(_record.Value.CommandId!, _record.Value.Declaration!, blobs, workers, log);
            _ingest.Start($"ingest of dataset {Key}", stop => IngestAsync(ingest, stop));
        }
    }

    private async Task IngestAsync(DatasetIngest ingest, CancellationToken stop)
    {
        try
        {
            await ingest.RunAsync(() => _record.Value.Add ?? throw new OperationCanceledException(stop), RecordAsync, _story.Append, stop);
            stop.ThrowIfCancellationRequested();
            var add = _record.Value.Add!;
            if (add.Refused > 0)
            {
                await RefuseAsync(await DatasetIngest.ProblemsAsync(blobs, add, stop));
                return;
            }

            await MakeVersionAsync(add, stop);
        }
        catch (HermesException refusal)
        {
            await RefuseAsync([new Failure(refusal.Message, refusal.File, refusal.Hint)]);
        }
    }

    private Task RecordAsync(DatasetAdd add) => _record.SetAsync(_record.Value with { Add = add, Sequence = _story.LastSequence });

    private async Task RefuseAsync(IReadOnlyList<Failure> problems)
    {
        var pages = new List<BlobRef>();
        if (problems.Count > DatasetStatus.Told)
        {
            foreach (var page in problems.Chunk(IDatasetGrain.PageSize))
            {
                pages.Add(await blobs.PutJsonAsync(page, CancellationToken.None));
            }
        }

        await _record.SetAsync(_record.Value with
        {
            State = DatasetState.Refused,
            Add = null,
            Problems = [.. problems.Take(DatasetStatus.Told)],
            ProblemCount = problems.Count,
            ProblemPages = pages,
            Sequence = _story.LastSequence + 1,
        });
        Tell();
    }

    private async Task MakeVersionAsync(DatasetAdd add, CancellationToken stop)
    {
        var record = _record.Value;
        var version = await new DatasetVersionBuilder(blobs).BuildAsync(record, add, await StagedCasesAsync(add, stop), stop);
        await Registry.RegisterAsync(Key, [.. record.Declaration!.Labels.Select(l => l.Task)], stop);
        stop.ThrowIfCancellationRequested();
        await _record.SetAsync(_record.Value with
        {
            State = DatasetState.Ready,
            Add = null,
            Versions = [.. _record.Value.Versions, version],
            Outbox = [.. _record.Value.Outbox, new() { EventId = $"{Key}@{version.Version}", Dataset = Key, Version = version.Version }],
            Sequence = _story.LastSequence + 1,
        });
        Tell();
        await Tick();
    }

    private async Task DeliverAsync(CancellationToken stop)
    {
        while (_record.Value.Outbox is [var next, ..])
        {
            await events.PublishAsync(next, stop);
            await _record.SetAsync(_record.Value with { Outbox = [.. _record.Value.Outbox.Where(e => e.EventId != next.EventId)] });
        }
    }

    private async Task<List<CaseSource>> StagedCasesAsync(DatasetAdd add, CancellationToken stop)
    {
        var cases = new List<CaseSource>(add.Cases);
        foreach (var page in add.Staged)
        {
            cases.AddRange(await blobs.GetJsonAsync<List<CaseSource>>(page!, stop));
        }

        return cases;
    }

    private void Tell()
    {
        var record = _record.Value;
        _story.Append(new ProgressEvent
        {
            Sequence = 0,
            Time = default,
            State = StateName.Of(record.State),
            Phase = record.State == DatasetState.Ingesting ? "ingest" : "",
            Done = record.Add?.Done ?? 0,
            Total = record.Add?.Cases ?? 0,
            Message = record.State switch
            {
                DatasetState.Refused => record.Problems is [var first, ..] ? first.Message : null,
                DatasetState.Ready => $"Version {record.Versions[^1].Version} has {record.Versions[^1].Cases} cases.",
                _ => null,
            },
            IsLast = record.State is DatasetState.Ready or DatasetState.Refused,
        });
    }

    private static DatasetStatus Status(DatasetRecord record)
    {
        var newest = record.Versions.Count > 0 ? record.Versions[^1] : null;
        return new DatasetStatus
        {
            Declaration = record.Declaration,
            State = record.State,
            Version = newest?.Version ?? 0,
            Cases = newest?.Cases ?? 0,
            CasesPerSplit = newest?.CasesPerSplit ?? new Dictionary<Split, int>(),
            Ingested = record.Add?.Done ?? 0,
            IngestTotal = record.Add?.Cases ?? 0,
            Problems = record.Problems,
            ProblemCount = record.ProblemCount,
            Warnings = newest?.Warnings ?? [],
            WarningCount = newest?.WarningCount ?? 0,
            VolumesMl = newest?.VolumesMl ?? new Dictionary<string, double>(),
        };
    }

    private CatalogEntry Describe(DatasetRecord record, long version) => CatalogRow.Of(
        CatalogKinds.Dataset,
        Key,
        version,
        StateName.Of(record.State),
        record.State == DatasetState.Ingesting || record.Outbox.Count > 0,
        Status(record),
        clock);
}
