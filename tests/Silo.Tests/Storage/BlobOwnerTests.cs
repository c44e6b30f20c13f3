using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Backup;

namespace Hermes.Silo.Tests.Storage;

public sealed class BlobOwnerTests : IAsyncLifetime
{
    private SmallPlatform _platform = null!;

    public async Task InitializeAsync() => _platform = await SmallPlatform.MakeAsync();

    public Task DisposeAsync()
    {
        _platform.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_platform_with_states_is_refused_an_empty_store_that_nobody_claimed_and_leaves_it_as_it_is()
    {
        var unmounted = new FileBlobStore(_platform.Folder.Folder("mnt"));

        var refused = await Assert.ThrowsAsync<HermesException>(() => BlobOwner.RequireAsync(_platform.Database, unmounted));

        Assert.Contains($"are not in {unmounted.Place}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("whether its disk is mounted", refused.Hint, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(unmounted.Place));
        await BlobOwner.RequireAsync(_platform.Database, _platform.Blobs);
    }

    [Fact]
    public async Task Blobs_that_were_stored_before_platforms_claimed_theirs_are_claimed()
    {
        File.Delete(Path.Combine(_platform.Blobs.Place, "platform"));

        await BlobOwner.RequireAsync(_platform.Database, _platform.Blobs);

        await BlobOwner.RequireOwnAsync(_platform.Database, _platform.Blobs);
    }

    [Fact]
    public async Task Whose_a_store_is_may_be_asked_without_claiming_it()
    {
        var other = new SqliteDatabase(_platform.Folder.At("other.db"));
        other.Prepare();
        var store = new FileBlobStore(_platform.Folder.At("new"));

        await Assert.ThrowsAsync<HermesException>(() => BlobOwner.RequireOwnAsync(other, store));
        Assert.Null(await store.OwnerAsync());

        await BlobOwner.RequireAsync(other, store);
        await BlobOwner.RequireOwnAsync(other, store);
        var refused = await Assert.ThrowsAsync<HermesException>(() => BlobOwner.RequireOwnAsync(_platform.Database, store));
        Assert.Contains("belong to another platform, ", refused.Message, StringComparison.Ordinal);
    }
}
