using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Silo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Silo.Tests.Storage;

/// <summary>How the blobs of every store are looked after; a test class of each store derives from this.</summary>
public abstract class BlobCareContract : IAsyncLifetime
{
    private readonly ShiftedTime _clock = new();
    private SqliteDatabase _database = null!;
    private IBlobStore _blobs = null!;
    private BlobCare _care = null!;

    private protected TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        _database = new SqliteDatabase(Folder.At("hermes.db"));
        _database.Prepare();
        _blobs = await OpenAsync(_clock);
        _care = new BlobCare(_database, _blobs, new PreparedCases(Folder.At("cache")), _clock, NullLogger<BlobCare>.Instance);
    }

    public Task DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>An empty store.</summary>
    protected abstract Task<IBlobStore> OpenAsync(TimeProvider clock);

    /// <summary>Puts other bytes in a blob's place, behind the store's back.</summary>
    protected abstract Task OverwriteAsync(BlobRef blob, string content);

    [SkippableFact]
    public async Task What_a_state_a_page_or_the_catalog_refers_to_stays_and_the_rest_goes_after_its_time_of_grace()
    {
        var (ofState, inPage, inPageOfPage, ofCatalog, ofNobody, young) =
            (await PutAsync("state"), await PutAsync("page"), await PutAsync("deeper"), await PutAsync("catalog"), await PutAsync("nobody"), await PutAsync("young"));
        var deeper = await _blobs.PutJsonAsync(new[] { new { Facts = new { Image = inPageOfPage } } });
        var page = await _blobs.PutJsonAsync(new { Cases = new[] { inPage, deeper } });
        await StoreAsync("dataset", "local/a", new { Version = 3, Value = new { Pages = new[] { page }, Add = new { Staged = new[] { ofState, null } } } });
        await new SqlCatalog(_database).UpsertAsync(
            new CatalogEntry(
                CatalogKinds.Model, "m", 1, "READY", false, System.Text.Json.JsonSerializer.Serialize(new { Package = ofCatalog }, WorkOrderJson.Options), DateTimeOffset.UnixEpoch),
            default);
        await AgeAsync(except: young);

        var told = await _care.CollectAsync(dryRun: true, default);
        Assert.Equal(8, await _blobs.ListAsync().CountAsync());
        var done = await _care.CollectAsync(dryRun: false, default);

        Assert.Equal(new BlobCollection(1, "nobody".Length, 6, done.KeptBytes, 1, "young".Length), done);
        Assert.Equal(done, told);
        Assert.False(await _blobs.ExistsAsync(ofNobody));
        await Assert.AllAsync([ofState, inPage, inPageOfPage, ofCatalog, young, page, deeper], async b => Assert.True(await _blobs.ExistsAsync(b)));
        Assert.Equal(0, (await _care.CollectAsync(dryRun: false, default)).Removed);
    }

    [SkippableFact]
    public async Task Nothing_is_removed_while_a_page_cannot_be_read()
    {
        var page = await _blobs.PutJsonAsync(new[] { await PutAsync("only the page knows it") });
        await StoreAsync("dataset", "local/a", new { Version = 1, Value = new { Pages = new[] { page } } });
        await PutAsync("nobody");
        await AgeAsync();
        await OverwriteAsync(page, "damaged");

        var refusal = await Assert.ThrowsAsync<HermesException>(() => _care.CollectAsync(dryRun: false, default));

        Assert.StartsWith($"Nothing was removed: what the list {page.Sha256} refers to cannot be known.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, await _blobs.ListAsync().CountAsync());
    }

    [SkippableFact]
    public async Task A_missing_and_a_damaged_blob_are_told_with_their_owners()
    {
        var (missing, damaged, stray) = (await PutAsync("missing"), await PutAsync("damaged"), await PutAsync("stray"));
        await StoreAsync(
            "run",
            "first",
            new { Version = 1, Value = new { Checkpoints = new[] { missing, damaged }, Discarded = new[] { stray with { Sha256 = new string('0', 64) } } } });
        await StoreAsync("model", "universal", new { Version = 1, Value = new { Package = damaged } });
        await _blobs.DeleteAsync(missing);
        await OverwriteAsync(damaged, "dimaged");
        await OverwriteAsync(stray, "stroy");

        var check = await _care.CheckAsync(null, default);

        Assert.Equal((2, null), (check.Blobs, check.Next));
        var problems = check.Problems.ToDictionary(p => p.Sha256);
        Assert.Equal(3, problems.Count);
        Assert.Equal(["run first"], problems[missing.Sha256].Owners);
        Assert.Contains("is missing", problems[missing.Sha256].Sentence, StringComparison.Ordinal);
        Assert.Equal(["model universal", "run first"], problems[damaged.Sha256].Owners);
        Assert.Contains("was damaged in the store", problems[damaged.Sha256].Sentence, StringComparison.Ordinal);
        Assert.Empty(problems[stray.Sha256].Owners);
    }

    private Task<BlobRef> PutAsync(string content) => PutAsync(System.Text.Encoding.UTF8.GetBytes(content));

    private async Task<BlobRef> PutAsync(byte[] content)
    {
        var blob = BlobDigest.Of(content, "local", MediaTypes.NiftiGz);
        await _blobs.PutStreamAsync(blob, new MemoryStream(content));
        return blob;
    }

    // As if all but one had been put before the time of grace.
    private async Task AgeAsync(BlobRef? except = null)
    {
        _clock.Shift = BlobCollection.Grace + TimeSpan.FromMinutes(1);
        Assert.True(except is null || await _blobs.RenewAsync(except));
    }

    [SkippableFact]
    public async Task A_list_of_blobs_is_removed_at_once_except_what_is_referred_to_with_what_was_made_of_them()
    {
        var (gone, kept) = (await PutAsync("gone"), await PutAsync("kept"));
        await StoreAsync("run", "first", new { Version = 1, Value = new { Checkpoints = new[] { kept } } });
        var copies = new[] { gone, kept }.Select(b => Folder.File($"cache/blobs/blob-{b.Sha256}")).ToList();
        await Task.Delay(20);

        await _care.RemoveAsync([gone.Sha256, kept.Sha256], default);

        Assert.Equal([kept.Sha256], await _blobs.ListAsync().Select(b => b.Sha256).ToListAsync());
        Assert.Equal([false, true], copies.Select(File.Exists));
    }

    private async Task StoreAsync<T>(string kind, string key, T state)
    {
        await using var connection = await _database.OpenAsync(default);
        await using var command = Database.Command(
            connection,
            "INSERT INTO grain_state VALUES ('hermes', 1, @kind, 1, 0, 0, @key, @payload, 1, '')",
            ("@kind", kind),
            ("@key", key),
            ("@payload", System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(state, WorkOrderJson.Options)));
        await command.ExecuteNonQueryAsync();
    }
}
