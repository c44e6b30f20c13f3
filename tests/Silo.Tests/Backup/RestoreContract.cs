using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Scheduling;
using Hermes.Silo.Backup;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Backup;

/// <summary>A backup of an embedded platform comes back, whatever database and whatever store it is restored into.</summary>
public abstract class RestoreContract : IAsyncLifetime
{
    private SmallPlatform _platform = null!;
    private Database _empty = null!;
    private IBlobStore _blobs = null!;

    private protected TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _empty = await PrepareAsync();
        _platform = await SmallPlatform.MakeAsync();
        _blobs = await OpenAsync();
    }

    public Task DisposeAsync()
    {
        _platform.Dispose();
        Folder.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task States_catalog_and_blobs_come_back_and_a_run_that_was_on_a_device_waits_for_one_again()
    {
        await _platform.BackUpAsync();

        var report = await _platform.RestoreAsync(_empty, _blobs);

        var (before, after) = (await SmallPlatform.ReadAsync(_platform.Database), await SmallPlatform.ReadAsync(_empty));
        Assert.Equal(before.Catalog, after.Catalog);
        Assert.Equal(["dataset local/good", "run first", "scheduler default"], after.States.Select(s => s.Owner));
        Assert.Equal(Owners(before.States), Owners(after.States));
        await Assert.AllAsync([_platform.Image, _platform.Page, _platform.Checkpoint], blob => _blobs.VerifyAsync(blob));
        Assert.Equal((3, 3, 3, 2), (await _blobs.ListAsync().CountAsync(), report.Copied, report.Snapshot.States, report.Snapshot.Rows));

        var scheduler = await SmallPlatform.SchedulerAsync(_empty);
        Assert.Equal((4, 0, 0), (scheduler.Token, scheduler.Silos.Count, scheduler.Leases.Count));
        Assert.Equal(("first", "first"), (Assert.Single(scheduler.Waiting).Run, Assert.Single(scheduler.Voided).Lease.Run));
        Assert.Empty(await new SqlCatalog(_empty).ListAsync(CatalogKinds.Silo, new CatalogFilter(), 10, default));
    }

    [SkippableFact]
    public async Task Who_was_given_a_token_and_who_did_what_comes_back_and_what_was_withdrawn_stays_so()
    {
        await _platform.BackUpAsync();

        var report = await _platform.RestoreAsync(_empty, _blobs);

        var (before, after) = (await SmallPlatform.ReadAsync(_platform.Database), await SmallPlatform.ReadAsync(_empty));
        Assert.Equal(before.Tokens, after.Tokens);
        Assert.Equal(before.Records, after.Records);
        Assert.Equal([1, 7, 8], after.Records.Select(r => r.Number));
        Assert.Equal((2, 3), (report.Snapshot.Tokens, report.Snapshot.Records));
        var access = new SqlAccess(_empty, _platform.Token, TimeProvider.System);
        Assert.Equal((true, false), (await access.IsGoodAsync(_platform.Ada), await access.IsGoodAsync(_platform.Ben)));
        Assert.Equal(9, await new SqlAudit(_empty, TimeProvider.System).BeginAsync(_platform.Ada, "start", "run", "second"));
    }

    [SkippableFact]
    public async Task A_snapshot_of_an_older_kind_is_restored_and_holds_neither_tokens_nor_audit()
    {
        var snapshot = (await _platform.BackUpAsync()).Snapshot.Name;
        _platform.MakeOlder(snapshot);

        var report = await _platform.RestoreAsync(_empty, _blobs);

        var after = await SmallPlatform.ReadAsync(_empty);
        Assert.Equal((3, 0, 0), (after.States.Count, after.Tokens.Count, after.Records.Count));
        Assert.Equal((null, null), (report.Snapshot.Tokens, report.Snapshot.Records));
        Assert.Empty((await _platform.CheckAsync()).Problems);
        Assert.Equal(1, await new SqlAudit(_empty, TimeProvider.System).BeginAsync(_platform.Ada, "start", "run", "second"));
    }

    [SkippableFact]
    public async Task A_database_that_holds_anything_is_refused_with_what_it_holds()
    {
        await _platform.BackUpAsync();
        await _platform.RestoreAsync(_empty, _blobs);

        var refused = await Assert.ThrowsAsync<HermesException>(() => _platform.RestoreAsync(_empty, _blobs));

        Assert.EndsWith("is not empty: it holds rows of access (2), audit (3), dataset (1), run (1), scheduler (1).", refused.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task One_that_breaks_off_leaves_the_database_empty_and_is_repeated()
    {
        await _platform.BackUpAsync();
        var copy = _platform.CopyOf(_platform.Checkpoint);
        await File.WriteAllTextAsync(copy, "e checkpoint");

        var refused = await Assert.ThrowsAsync<HermesException>(() => _platform.RestoreAsync(_empty, _blobs));

        Assert.StartsWith($"The blob {_platform.Checkpoint.Sha256} of run first cannot be restored.", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await SmallPlatform.ReadAsync(_empty)).States);
        await File.WriteAllTextAsync(copy, "a checkpoint");
        await _platform.RestoreAsync(_empty, _blobs);
        Assert.Equal(3, (await SmallPlatform.ReadAsync(_empty)).States.Count);
    }

    [SkippableFact]
    public async Task What_was_restored_is_backed_up_in_its_turn()
    {
        await _platform.BackUpAsync();
        await _platform.RestoreAsync(_empty, _blobs);
        var again = BackupFolder.Make(Folder.At("again"));
        var embedded = new SqliteDatabase(Folder.At("embedded.db"));
        embedded.Prepare();
        var blobs = new FileBlobStore(Folder.At("embedded"));
        await blobs.PrepareAsync();

        await new BackupMaker(_empty, _blobs, again, TimeProvider.System, _ => { }).RunAsync(default);
        await new Restorer(again, again.Find(null), embedded, blobs, _ => { }).RunAsync(default);

        var (before, after) = (await SmallPlatform.ReadAsync(_empty), await SmallPlatform.ReadAsync(embedded));
        Assert.Equal(before.Catalog, after.Catalog);
        Assert.Equal(before.Tokens, after.Tokens);
        Assert.Equal(before.Records, after.Records);
        Assert.Equal(Owners(before.States), Owners(after.States));
    }

    [SkippableFact]
    public async Task States_and_catalog_are_read_as_they_are_at_one_moment()
    {
        await _platform.BackUpAsync();
        await _platform.RestoreAsync(_empty, _blobs);
        var (catalog, entries) = (new SqlCatalog(_empty), new List<CatalogEntry>());

        await new StoredRows(_empty).ReadAsync(
            _ => catalog.UpsertAsync(new CatalogEntry(CatalogKinds.Run, "first", 6, "COMPLETED", false, "{}", DateTimeOffset.UnixEpoch), default).GetAwaiter().GetResult(),
            entries.Add,
            _ => { },
            _ => { },
            default);

        Assert.Equal("RUNNING", entries.Single(e => e.Kind == CatalogKinds.Run).State);
        Assert.Equal("COMPLETED", (await SmallPlatform.ReadAsync(_empty)).Catalog.Single(e => e.Kind == CatalogKinds.Run).State);
    }

    /// <summary>An empty database as a silo finds it.</summary>
    private protected abstract Task<Database> PrepareAsync();

    /// <summary>An empty store.</summary>
    private protected virtual async Task<IBlobStore> OpenAsync()
    {
        var blobs = new FileBlobStore(Folder.At("restored"));
        await blobs.PrepareAsync();
        return blobs;
    }

    private static IEnumerable<string> Owners(IEnumerable<StateRow> states) =>
        states.Where(s => s.Type != SchedulerRecord.StateName).Select(s => $"{s with { State = default }} {s.State.GetRawText()}");
}
