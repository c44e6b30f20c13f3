using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Silo.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Silo.Tests.Storage;

public sealed class BlobCareTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly FileBlobStore _blobs;
    private readonly BlobCare _care;

    public BlobCareTests()
    {
        _database = new SqliteDatabase(_folder.At("hermes.db"));
        _database.Prepare();
        _blobs = new FileBlobStore(_folder.At("blobs"));
        _care = new BlobCare(_database, _blobs, new PreparedCases(_folder.At("cache")), TimeProvider.System, NullLogger<BlobCare>.Instance);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
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
        Age(except: young);

        var told = await _care.CollectAsync(dryRun: true, default);
        Assert.Equal(8, _blobs.List().Count());
        var done = await _care.CollectAsync(dryRun: false, default);

        Assert.Equal(new BlobCollection(1, "nobody".Length, 6, done.KeptBytes, 1, "young".Length), done);
        Assert.Equal(done, told);
        Assert.False(await _blobs.ExistsAsync(ofNobody));
        Assert.All([ofState, inPage, inPageOfPage, ofCatalog, young, page, deeper], b => Assert.True(File.Exists(_blobs.TryGetLocalPath(b))));
        Assert.Equal(0, (await _care.CollectAsync(dryRun: false, default)).Removed);
    }

    [Fact]
    public async Task Nothing_is_removed_while_a_page_cannot_be_read()
    {
        var page = await _blobs.PutJsonAsync(new[] { await PutAsync("only the page knows it") });
        await StoreAsync("dataset", "local/a", new { Version = 1, Value = new { Pages = new[] { page } } });
        await PutAsync("nobody");
        Age();
        await File.WriteAllTextAsync(_blobs.TryGetLocalPath(page)!, "damaged");

        var refusal = await Assert.ThrowsAsync<HermesException>(() => _care.CollectAsync(dryRun: false, default));

        Assert.StartsWith($"Nothing was removed: what the list {page.Sha256} refers to cannot be known.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, _blobs.List().Count());
    }

    [Fact]
    public async Task A_missing_and_a_damaged_blob_are_told_with_their_owners()
    {
        var (missing, damaged, stray) = (await PutAsync("missing"), await PutAsync("damaged"), await PutAsync("stray"));
        await StoreAsync(
            "run",
            "first",
            new { Version = 1, Value = new { Checkpoints = new[] { missing, damaged }, Discarded = new[] { stray with { Sha256 = new string('0', 64) } } } });
        await StoreAsync("model", "universal", new { Version = 1, Value = new { Package = damaged } });
        File.Delete(_blobs.TryGetLocalPath(missing)!);
        await File.WriteAllTextAsync(_blobs.TryGetLocalPath(damaged)!, "dimaged");
        await File.WriteAllTextAsync(_blobs.TryGetLocalPath(stray)!, "stroy");

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

    private void Age(BlobRef? except = null)
    {
        foreach (var blob in _blobs.List().Where(b => b.Sha256 != except?.Sha256))
        {
            File.SetLastWriteTimeUtc(
                _blobs.TryGetLocalPath(new BlobRef("local", blob.Sha256, blob.Length, ""))!,
                (TimeProvider.System.GetUtcNow() - BlobCollection.Grace - TimeSpan.FromMinutes(1)).UtcDateTime);
        }
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
