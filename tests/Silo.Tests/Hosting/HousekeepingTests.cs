using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Silo.Hosting;
using Hermes.Silo.Tests.EndToEnd;
using Hermes.Silo.Tests.Processes;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.Hosting;

/// <summary>What silos remove by themselves at their start; a day later they do the same.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class HousekeepingTests(SharedPostgreSql shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_platform_of_one_silo_removes_what_nothing_refers_to_at_every_start()
    {
        for (var start = 0; start < 2; start++)
        {
            var stray = Stray(_folder.At("blobs"));
            await using var silo = await SiloProcess.StartAsync(_folder.At("data"), "--blobs-dir", _folder.At("blobs"));
            await GoneAsync(stray);
        }
    }

    [SkippableFact]
    public async Task Of_a_cluster_one_silo_a_day_removes_blobs_and_every_one_what_it_had_made_of_them()
    {
        await using var cluster = await SiloCluster.StartAsync(shared);
        var first = Stray(cluster.BlobsDirectory);
        await cluster.BeginAsync("one");
        await GoneAsync(first);
        var second = Stray(cluster.BlobsDirectory);
        var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(cluster.DataOf("two"), "cache", "plan")).FullName, $"ct-{new string('a', 24)}-{new string('b', 24)}.case");
        await File.WriteAllTextAsync(copy, "made of what a dataset had");
        await File.WriteAllTextAsync(Path.Combine(cluster.DataOf("two"), "silo.lock"), "");

        await cluster.BeginAsync("two");

        await GoneAsync(copy);
        Assert.True(File.Exists(second));
    }

    [Fact]
    public void What_workers_that_were_killed_were_writing_goes_when_it_is_a_day_old()
    {
        string[] old = [_folder.File("data/tmp/cpu/old.safetensors"), _folder.File("data/cache/plan/old.case.part"), _folder.File("data/cache/blobs/blob-old.part")];
        string[] kept = [_folder.File("data/tmp/cpu/young.safetensors"), _folder.File("data/cache/plan/young.case.part"), _folder.File("data/cache/plan/old.case")];
        var now = TimeProvider.System.GetUtcNow();
        Assert.All(old.Append(kept[2]), file => File.SetLastWriteTimeUtc(file, now.UtcDateTime.AddHours(-25)));

        Housekeeping.RemoveUnfinished(_folder.At("data"), now.AddDays(-1));

        Assert.All(old, file => Assert.False(File.Exists(file), file));
        Assert.All(kept, file => Assert.True(File.Exists(file), file));
        Housekeeping.RemoveUnfinished(_folder.At("data"), DateTimeOffset.MaxValue);
        Assert.Equal([kept[2]], Directory.EnumerateFiles(_folder.At("data"), "*", SearchOption.AllDirectories));
    }

    /// <summary>A blob that nothing refers to and whose time of grace is over.</summary>
    private static string Stray(string blobs)
    {
        var content = Guid.NewGuid().ToByteArray();
        var digest = BlobDigest.Of(content, "local", MediaTypes.Nifti).Sha256;
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(blobs, "sha256", digest[..2])).FullName, digest[2..]);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, (TimeProvider.System.GetUtcNow() - BlobCollection.Grace - TimeSpan.FromMinutes(1)).UtcDateTime);
        return path;
    }

    private static async Task GoneAsync(string file)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (File.Exists(file))
        {
            await Task.Delay(50, patience.Token);
        }
    }
}
