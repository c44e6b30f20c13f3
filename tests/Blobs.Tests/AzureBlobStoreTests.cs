using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs.Tests;

public sealed class AzureBlobStoreTests(SharedAzurite shared) : BlobStoreContract, IClassFixture<SharedAzurite>, IAsyncLifetime, IDisposable
{
    private const int Block = AzureBlobStore.BlockSize;

    private readonly TemporaryFolder _folder = new();
    private readonly SentBytes _sent = new();
    private BlobContainerClient _container = null!;
    private AzureBlobStore _store = null!;

    protected override IBlobStore Store => _store;

    public async Task InitializeAsync()
    {
        _container = (await shared.ServerAsync()).NewContainer(_sent.Options());
        _store = new AzureBlobStore(_container, _folder.At("copies"));
        await _store.PrepareAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task An_upload_that_broke_off_sends_only_the_blocks_that_are_not_there()
    {
        var content = Content((3 * Block) + 1000);
        var blob = BlobOf(content);
        await Assert.ThrowsAsync<IOException>(() => Store.PutStreamAsync(blob, new BrokenStream(content[..((2 * Block) + 500)])));
        Assert.InRange(_sent.Take(), 2 * Block, (2 * Block) + 1000);

        await PutAsync(content);

        Assert.InRange(_sent.Take(), Block + 1000, Block + 3000);
        await Store.VerifyAsync(blob);
        await PutAsync(content);
        Assert.Equal(0, _sent.Take());
    }

    [SkippableFact]
    public async Task Wrong_bytes_that_others_sent_for_the_same_blob_never_come_between()
    {
        var content = Content((2 * Block) + 1000);
        var wrong = content.ToArray();
        wrong[5] ^= 1;
        var blob = BlobOf(content);
        await Assert.ThrowsAsync<IOException>(() => Store.PutStreamAsync(blob, new BrokenStream(content[..(Block + 1)])));
        await Assert.ThrowsAsync<HermesException>(() => Store.PutStreamAsync(blob, new MemoryStream(wrong)));

        await PutAsync(content);

        await Store.VerifyAsync(blob);
    }

    [SkippableFact]
    public async Task A_copy_is_fetched_once_and_again_when_it_is_damaged_or_gone()
    {
        var blob = await PutAsync(Content(1000));
        var copy = await Store.FetchAsync(blob);
        await Store.DeleteAsync(blob);
        Assert.Equal(copy, await Store.FetchAsync(blob));

        await PutAsync(Content(1000));
        await File.WriteAllTextAsync(copy, "damaged");
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(await Store.FetchAsync(blob)));
        Directory.Delete(_folder.At("copies"), recursive: true);
        Assert.Equal(Content(1000), await File.ReadAllBytesAsync(await Store.FetchAsync(blob)));
        Assert.Equal([copy], Directory.GetFiles(_folder.At("copies")));
    }

    [SkippableFact]
    public async Task Copies_take_as_much_room_as_they_may_and_those_not_used_for_longest_go_unless_they_were_just_handed_out()
    {
        var clock = new ShiftedTime();
        var store = new AzureBlobStore(_container, _folder.At("copies"), copiesLimit: 250, clock: clock);
        var blobs = new List<BlobRef>();
        for (byte i = 0; i < 4; i++)
        {
            blobs.Add(await PutAsync(Enumerable.Repeat(i, 100).ToArray()));
            await store.FetchAsync(blobs[^1]);
            clock.Shift += TimeSpan.FromMinutes(1);
        }

        Assert.Equal(4, Directory.GetFiles(_folder.At("copies")).Length);
        clock.Shift += TimeSpan.FromHours(2);
        await using var read = File.OpenRead(await store.FetchAsync(blobs[0]));
        var newest = await store.FetchAsync(await PutAsync(Content(100)));

        Assert.Equal(
            new[] { await store.FetchAsync(blobs[0]), newest }.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.At("copies")).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task A_copy_that_was_let_go_gives_way_at_once_until_somebody_asks_for_it_again()
    {
        var store = new AzureBlobStore(_container, _folder.At("copies"), copiesLimit: 250, clock: new ShiftedTime());
        var (first, second) = (await PutAsync(Content(100)), await PutAsync([.. Content(100).Reverse()]));
        store.LetGo(first);
        foreach (var blob in new[] { first, second })
        {
            await store.FetchAsync(blob);
            store.LetGo(blob);
        }

        var again = await store.FetchAsync(first);
        var newest = await store.FetchAsync(await PutAsync(Enumerable.Repeat((byte)7, 100).ToArray()));

        Assert.Equal(new[] { again, newest }.Order(StringComparer.Ordinal), Directory.GetFiles(_folder.At("copies")).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task Many_processes_share_the_copies()
    {
        var blobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PutAsync(Content(100_000 + i))));
        var stores = Enumerable.Range(0, 4).Select(_ => new AzureBlobStore(_container, _folder.At("copies"), copiesLimit: 150_000)).ToList();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 64),
            async (i, token) => Assert.Equal(blobs[i % 4].Length, new FileInfo(await stores[i / 4 % 4].FetchAsync(blobs[i % 4], token)).Length));

        Assert.DoesNotContain(Directory.GetFiles(_folder.At("copies")), file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_address_of_a_container_with_a_signature_is_enough()
    {
        var signed = _container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1));
        var store = BlobStores.Open(_folder.Path, _folder.At("none"), signed.ToString());
        await store.PrepareAsync();
        var blob = await PutAsync("seen by both"u8.ToArray());

        Assert.Equal("seen by both"u8.ToArray(), await store.ReadVerifiedAsync(blob));
        Assert.StartsWith(_folder.At("cache"), await store.FetchAsync(blob), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_wrong_key_and_a_container_that_is_gone_are_told_without_the_key()
    {
        var server = await shared.ServerAsync();
        var wrong = Convert.ToBase64String("wrong"u8.ToArray());
        var address = System.Text.RegularExpressions.Regex.Replace(server.ConnectionString, "AccountKey=[^;]+", $"AccountKey={wrong}");
        var signed = _container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(-1));
        var blob = BlobOf([1]);

        var refusals = new[]
        {
            await Assert.ThrowsAsync<HermesException>(() => BlobStores.Open(_folder.Path, _folder.At("none"), address).PutStreamAsync(blob, new MemoryStream([1]))),
            await Assert.ThrowsAsync<HermesException>(() => BlobStores.Open(_folder.Path, _folder.At("none"), signed.ToString()).ExistsAsync(blob)),
            await Assert.ThrowsAsync<HermesException>(() => new AzureBlobStore(server.NewContainer(), _folder.At("copies")).ReadVerifiedAsync(blob)),
        };

        Assert.Equal(["refuses", "refuses", "not there"], refusals.Select(r => r.Message.Contains("refuses", StringComparison.Ordinal) ? "refuses" : "not there"));
        Assert.All(refusals, refusal =>
        {
            Assert.Equal((true, false), (refusal.IsPassing, Silence.Is(refusal)));
            Assert.StartsWith("The blob store http://", refusal.Message, StringComparison.Ordinal);
            Assert.All([wrong, "sig=", "AccountKey"], secret => Assert.DoesNotContain(secret, refusal.ToString(), StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=hermes;AccountKey=SECRET")]
    [InlineData("https://hermes.blob.core.windows.net/?sig=SECRET")]
    public void What_is_no_address_is_refused_without_being_told(string address)
    {
        var refusal = Assert.Throws<HermesException>(() => BlobStores.Open("/nowhere", "/nowhere", address));

        Assert.StartsWith("What was given is no address of Azure Blob Storage.", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", refusal.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_that_is_taken_away_is_told_and_works_on_when_it_is_back()
    {
        await using var server = await AzuriteServer.StartAsync();
        var options = new BlobClientOptions { Retry = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(10) } };
        var store = new AzureBlobStore(server.NewContainer(options), _folder.At("copies"));
        await store.PrepareAsync();
        var blob = BlobOf("kept"u8.ToArray());
        await store.PutStreamAsync(blob, new MemoryStream("kept"u8.ToArray()));
        await server.StopAsync();

        foreach (var request in new Func<Task>[]
        {
            () => store.PutStreamAsync(BlobOf([1]), new MemoryStream([1])),
            () => store.IsIntactAsync(blob),
            () => store.ReadRangeAsync(blob, 0, 1),
            () => store.RenewAsync(blob),
            () => store.ListAsync().ToListAsync().AsTask(),
        })
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(request);
            Assert.Equal((true, true), (refusal.IsPassing, Silence.Is(refusal)));
            Assert.Contains("does not answer: Connection refused", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Contains("does not answer", (await store.TroubleAsync())?.Message, StringComparison.Ordinal);

        await server.RestartAsync();

        Assert.Null(await store.TroubleAsync());
        Assert.Equal("kept"u8.ToArray(), await store.ReadVerifiedAsync(blob));
    }

    protected override async Task OverwriteAsync(BlobRef blob, byte[] content) =>
        await _container.GetBlockBlobClient($"sha256/{blob.Sha256}").UploadAsync(new MemoryStream(content));
}
