using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Client.Tests;

/// <summary>Tickets for the test's blob endpoint.</summary>
internal sealed class TestBlobTicketGrain(TestPlatform platform) : Grain, IBlobTicketGrain
{
    public Task<IReadOnlyList<BlobTicket>> UploadAsync(IReadOnlyList<BlobRef> blobs, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<BlobTicket>>([.. blobs.Select(Ticket)]);

    public Task<BlobTicket> DownloadAsync(BlobRef blob, CancellationToken cancellationToken = default) => platform.Blobs.ContainsKey(blob.Sha256)
        ? Task.FromResult(Ticket(blob))
        : throw new HermesException("The store does not hold it.", "some-file", "Send it.");

    private BlobTicket Ticket(BlobRef blob) =>
        new(blob, new Uri($"http://{platform.Address}/blobs/{blob.Sha256}?ticket=t"), DateTimeOffset.MaxValue, platform.Blobs.ContainsKey(blob.Sha256));
}

/// <summary>A story of ten events that is told to the fifth until the silo was restarted.</summary>
internal sealed class TestSegmentationGrain(TestPlatform platform) : Grain, ISegmentationGrain
{
    public const string Newer = "A newer version of the platform wrote it.";
    public const int Events = 10;
    public const int BeforeRestart = 5;

    public async IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var n = afterSequence + 1; n <= Events; n++)
        {
            if (n > BeforeRestart && platform.Description!.ProcessId == 1001)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            yield return new ProgressEvent { Sequence = n, Time = DateTimeOffset.UnixEpoch, State = "RUNNING", IsLast = n == Events };
        }
    }

    public Task<SegmentationStatus> AskAsync(SegmentationRequest request, CancellationToken cancellationToken = default) => platform.Questions++ == 0
        ? throw new OperationCanceledException("Message expired before placement could complete.")
        : GetAsync(cancellationToken);

    public Task<SegmentationStatus> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(new SegmentationStatus { State = SegmentationState.Running });

    public Task CancelAsync(CancellationToken cancellationToken = default) => throw new OrleansException("It cannot be woken.", new HermesException(Newer));

    public Task ForgetAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task ForgetAnswerAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task ReportAsync(string phase, int done, int total) => Task.CompletedTask;

    public Task EndAsync(SegmentationResult? result, Failure? cause) => Task.CompletedTask;

    public Task WakeAsync() => Task.CompletedTask;
}

/// <summary>A feed that tells which life of the silo it is of, and falls silent in the first.</summary>
internal sealed class TestChangeFeedGrain(TestPlatform platform) : Grain, IChangeFeedGrain
{
    public Task TellAsync(PlatformChanges changes) => throw new NotSupportedException();

    public async IAsyncEnumerable<PlatformChanges> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        yield return PlatformChanges.Everything;
        yield return new PlatformChanges { Changes = [new PlatformChange(CatalogKinds.Run, $"{platform.Description!.ProcessId}")] };
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}

/// <summary>A dataset with one version that writes down what it is asked; the one called known has every case already.</summary>
internal sealed class TestDatasetGrain(TestPlatform platform) : Grain, IDatasetGrain
{
    private DatasetState _state = DatasetState.Ready;
    private string? _seenBy;

    public Task CheckAppendAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default) => AskedAsync("may I");

    public Task<DatasetStatus> BeginAppendAsync(string commandId, DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default)
    {
        _state = _seenBy is null ? DatasetState.Receiving : _state;
        return StatusAsync("begin");
    }

    public Task CheckCasesAsync(string commandId, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken = default) =>
        this.GetPrimaryKeyString() == "local/known" ? throw new HermesException("Nothing is new.") : AskedAsync("check");

    public Task StageAsync(string commandId, int page, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken = default) => AskedAsync($"stage {page}");

    public Task<DatasetStatus> CommitAsync(string commandId, CancellationToken cancellationToken = default)
    {
        _state = DatasetState.Ready;
        return StatusAsync("commit");
    }

    public Task<bool> AcknowledgeAddAsync(string commandId, string reader, CancellationToken cancellationToken = default) => Task.FromResult((_seenBy ??= reader) == reader);

    public Task CancelAddAsync(string? commandId, CancellationToken cancellationToken = default) => AskedAsync("cancel");

    public Task<DatasetStatus> WithdrawAsync(bool retireTrunks, bool deleteBlobs, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DatasetStatus> GetAsync(CancellationToken cancellationToken = default) => StatusAsync("get");

    public Task CheckAddAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DatasetStatus> BeginAddAsync(string commandId, DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<IReadOnlyList<CaseRecord>> GetCasesAsync(int version, int page, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<CaseStanding?> FindCaseAsync(int version, string caseId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> AskPreviewsAsync(int version, int page, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<Failure>> GetProblemsAsync(int page, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task NoteUpdateAsync(DatasetUpdate update, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task NoteUseAsync(DatasetUse use, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task WakeAsync() => Task.CompletedTask;

    private Task AskedAsync(string what)
    {
        platform.Asked.Enqueue($"{what}, {platform.Puts} sent");
        return Task.CompletedTask;
    }

    private async Task<DatasetStatus> StatusAsync(string what)
    {
        await AskedAsync(what);
        return new DatasetStatus { State = _state, Version = _seenBy is null ? 1 : 2 };
    }
}

/// <summary>A preview of three questions, one of which is answered from one look to the next.</summary>
internal sealed class TestUpdatePreviewGrain(TestPlatform platform) : Grain, IUpdatePreviewGrain
{
    private int _looks;

    public Task<UpdatePreview> LookAsync(UpdateRequest request, bool ask, CancellationToken cancellationToken = default)
    {
        platform.Asked.Enqueue(ask ? "ask" : "look");
        var waiting = Math.Max(0, 2 - _looks++);
        return Task.FromResult(new UpdatePreview
        {
            Base = "m@1", Branches = [], Estimate = "", Devices = [], Structures = [], Conflicts = [], MayMove = [], Recommended = BranchPolicy.Branch, Reason = "",
            Questions = 3, Answered = 3 - waiting, Waiting = waiting,
        });
    }
}

/// <summary>A catalog of 450 models.</summary>
internal sealed class TestCatalogGrain : Grain, ICatalogGrain
{
    public const int Entries = 450;

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit = 200, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<CatalogEntry>>([.. Enumerable.Range(0, Entries)
            .Select(n => $"m{n:0000}")
            .Where(key => string.CompareOrdinal(key, filter.After) > 0)
            .Skip(filter.Skip)
            .Take(limit)
            .Select(key => new CatalogEntry(kind, key, 1, "READY", false, Document(kind, key), DateTimeOffset.UnixEpoch))]);

    public Task<int> CountAsync(string kind, CatalogFilter filter, CancellationToken cancellationToken = default) => Task.FromResult(Entries);

    public Task<CatalogFacets> GetFacetsAsync(CancellationToken cancellationToken = default) => Task.FromResult(new CatalogFacets(["local"], ["ct", "t1"]));

    private static string Document(string kind, string key) => kind switch
    {
        CatalogKinds.Dataset => $$"""{"state": "ready", "version": 1, "declaration": {"name": "{{key}}", "modality": "ct", "labels": []} }""",
        CatalogKinds.Run => $$"""{"state": "completed", "name": "{{key}}" }""",
        CatalogKinds.Event => $$"""{"state": "failed", "eventId": "{{key}}", "event": {"event": "DatasetWithdrawn", "eventId": "{{key}}", "at": "2026-11-29T12:00:00Z", "subject": "local/a", "actor": "pacs", "dataset": "local/a"} }""",
        CatalogKinds.Segmentation => """{"state": "queued"}""",
        _ => $$"""{"aliases": {"live": 2}, "versions": [], "name": "{{key}}" }""",
    };
}
