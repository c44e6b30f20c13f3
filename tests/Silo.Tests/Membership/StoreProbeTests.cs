using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Silo.Membership;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Membership;

public sealed class StoreProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqlCatalog _catalog;

    public StoreProbeTests()
    {
        var database = new SqliteDatabase(_folder.At("test.db"));
        database.Prepare();
        _catalog = new SqlCatalog(database);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silos_that_see_each_others_blobs_may_start_as_often_as_they_like()
    {
        await Probe("one", "shared").RequireSameAsync(default);
        await Probe("two", "shared").RequireSameAsync(default);
        await Probe("one", "shared").RequireSameAsync(default);
    }

    [Fact]
    public async Task One_that_sees_others_is_refused_with_whose_are_missing_and_does_not_stand_in_the_way_of_the_next()
    {
        await Probe("one", "shared").RequireSameAsync(default);

        var refused = await Assert.ThrowsAsync<HermesException>(() => Probe("two", "own").RequireSameAsync(default));

        Assert.StartsWith("This silo, two, does not see the blobs of the cluster: what the silo one stored at", refused.Message, StringComparison.Ordinal);
        await Probe("two", "shared").RequireSameAsync(default);
        await Probe("three", "shared").RequireSameAsync(default);
    }

    [Fact]
    public async Task One_that_is_alone_is_refused_too_where_what_it_stored_itself_is_not_there()
    {
        await Probe("one", "shared").RequireSameAsync(default);

        var refused = await Assert.ThrowsAsync<HermesException>(() => Probe("one", "empty").RequireSameAsync(default));

        Assert.StartsWith("This silo, one, does not see the blobs of the cluster: what it stored at", refused.Message, StringComparison.Ordinal);
        await Probe("one", "shared").RequireSameAsync(default);
    }

    [Fact]
    public async Task A_copy_of_the_blobs_is_noticed_when_it_is_older_than_the_last_start_of_a_silo()
    {
        await Probe("one", "shared").RequireSameAsync(default);
        foreach (var file in Directory.EnumerateFiles(_folder.At("shared"), "*", SearchOption.AllDirectories))
        {
            var copy = file.Replace(_folder.At("shared"), _folder.At("copy"), StringComparison.Ordinal);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        await Probe("one", "shared").RequireSameAsync(default);

        await Assert.ThrowsAsync<HermesException>(() => Probe("two", "copy").RequireSameAsync(default));
    }

    private StoreProbe Probe(string silo, string folder)
    {
        var blobs = new FileBlobStore(_folder.At(folder));
        blobs.PrepareAsync().GetAwaiter().GetResult();
        return new StoreProbe(_catalog, blobs, silo, TimeProvider.System);
    }
}
