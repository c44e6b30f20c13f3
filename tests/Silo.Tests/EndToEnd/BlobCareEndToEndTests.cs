using System.Diagnostics;
using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What a real platform keeps and what it gives up.</summary>
public sealed class BlobCareEndToEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.At("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Uploads_and_maps_that_nothing_refers_to_go_and_everything_else_works_on()
    {
        await using var platform = await Platform.StartAsync(Data);
        var good = Scans.WriteCases(_folder.At("good"));
        await DoAsync(platform, [.. Platform.AddArguments("good", good)]);
        var bad = Scans.WriteCases(_folder.At("bad"));
        Scans.Write(Path.Combine(bad, "labels", "b.nii.gz"), Scans.Label(value: 7));
        Assert.Equal(1, (await platform.AddAsync("bad", bad)).ExitCode);
        await DoAsync(platform, "train", "--name", "one", "--preset", "tiny", "--steps", "1", "--wait");
        await DoAsync(platform, "evaluate", "--dataset", "good", "--split", "all");
        var scan = Scans.Write(_folder.At("scan.nii.gz"), Scans.Image(9));
        await DoAsync(platform, "segment", scan, "-o", _folder.At("organs.nii.gz"));

        Assert.Equal(0, (await DoAsync(platform, "blobs", "collect")).Json.GetProperty("removed").GetInt32());
        Age();
        var told = await DoAsync(platform, "blobs", "collect", "--dry-run");
        var done = await DoAsync(platform, "blobs", "collect");

        Assert.Equal(told.Output, done.Output);
        // Six files of the good add, four of the refused one (two of its labels are bytes of the good one's), three maps of the evaluation and lists of both adds.
        Assert.InRange(done.Json.GetProperty("removed").GetInt32(), 10, 30);
        foreach (var original in Directory.EnumerateFiles(good, "*.gz", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(bad, "*.gz", SearchOption.AllDirectories)))
        {
            Assert.False(File.Exists(PathOf((await BlobDigest.OfFileAsync(original, "local", MediaTypes.NiftiGz)).Sha256)), original);
        }

        Assert.Empty((await DoAsync(platform, "blobs", "check")).Json.GetProperty("problems").EnumerateArray());
        await DoAsync(platform, "evaluate", "--dataset", "good", "--split", "all");
        await DoAsync(platform, "segment", scan, "-o", _folder.At("again.nii.gz"));
        await DoAsync(platform, "train", "--name", "two", "--preset", "tiny", "--steps", "1", "--wait");
        await DoAsync(platform, [.. Platform.AddArguments("more", Scans.WriteCases(_folder.At("good")))]);
    }

    [Fact]
    public async Task A_silo_killed_while_it_collects_loses_nothing_and_its_next_start_clears_what_workers_left()
    {
        const int Strays = 3000;
        await using (var platform = await Platform.StartAsync(Data))
        {
            await DoAsync(platform, [.. Platform.AddArguments("good", Scans.WriteCases(_folder.At("good")))]);
            var digests = new SortedSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < Strays; i++)
            {
                var digest = BlobDigest.Of(BitConverter.GetBytes(i), "local", MediaTypes.Nifti).Sha256;
                digests.Add(digest);
                Directory.CreateDirectory(Path.GetDirectoryName(PathOf(digest))!);
                await File.WriteAllBytesAsync(PathOf(digest), BitConverter.GetBytes(i));
            }

            // They go in this order; to count them all takes as long as to remove them.
            var early = PathOf(digests.ElementAt(20));
            Age();
            var collecting = platform.Client.BlobCare.CollectAsync(dryRun: false);
            for (var clock = Stopwatch.StartNew(); File.Exists(early); await Task.Yield())
            {
                Assert.True(!collecting.IsFaulted && clock.Elapsed < TimeSpan.FromMinutes(1), $"Nothing is collected. {collecting.Exception}");
            }

            await platform.Silo.KillAsync();
            Assert.InRange(Blobs().Count(), 10, Strays);
        }

        await File.WriteAllTextAsync(Path.Combine(Data, "tmp", "checkpoint.safetensors"), "half");
        await File.WriteAllTextAsync(Path.Combine(Data, "cache", "case.part"), "half");
        await using var again = await Platform.StartAsync(Data);

        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Data, "tmp")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Data, "cache")));
        await DoAsync(again, "blobs", "collect");
        var check = (await DoAsync(again, "blobs", "check")).Json;
        Assert.Empty(check.GetProperty("problems").EnumerateArray());
        Assert.InRange(check.GetProperty("blobs").GetInt32(), 5, 20);
        Assert.Equal(["good Ready 1 3"], await again.ListAsync());
        Assert.Equal(3, await again.Client.Datasets.GetCasesAsync("local/good").CountAsync());
    }

    [Fact]
    public async Task A_missing_and_a_damaged_volume_are_told_with_the_dataset_they_belong_to()
    {
        await using var platform = await Platform.StartAsync(Data);
        await DoAsync(platform, [.. Platform.AddArguments("good", Scans.WriteCases(_folder.At("good")))]);
        var images = await platform.Client.Datasets.GetCasesAsync("local/good").Select(c => PathOf(c.Facts.Image.Sha256)).ToListAsync();
        File.Delete(images[0]);
        await File.WriteAllBytesAsync(images[1], [.. (await File.ReadAllBytesAsync(images[1])).Reverse()]);

        var check = await platform.HermesAsync("blobs", "check");

        Assert.Equal(1, check.ExitCode);
        Assert.Equal(
            ["dataset local/good: is missing", "dataset local/good: was damaged in the store"],
            check.Json.GetProperty("problems").EnumerateArray().Select(p => string.Create(
                CultureInfo.InvariantCulture,
                $"{p.GetProperty("owners")[0].GetString()}: {(p.GetProperty("sentence").GetString()!.Contains("missing", StringComparison.Ordinal) ? "is missing" : "was damaged in the store")}")));
    }

    private static async Task<HermesProcess> DoAsync(Platform platform, params string[] arguments)
    {
        var done = await platform.HermesAsync(arguments);
        Assert.True(done.ExitCode == 0, $"{string.Join(' ', arguments)}: {done.Output} {done.Error}");
        return done;
    }

    private IEnumerable<string> Blobs() => Directory.EnumerateFiles(Path.Combine(Data, "blobs", "sha256"), "*", SearchOption.AllDirectories);

    private string PathOf(string sha256) => Path.Combine(Data, "blobs", "sha256", sha256[..2], sha256[2..]);

    /// <summary>As if all had been stored before the time of grace.</summary>
    private void Age()
    {
        var old = (TimeProvider.System.GetUtcNow() - BlobCollection.Grace - TimeSpan.FromMinutes(1)).UtcDateTime;
        foreach (var file in Blobs())
        {
            File.SetLastWriteTimeUtc(file, old);
        }
    }
}
