using System.Diagnostics;
using System.Security.Cryptography;
using Hermes.Blobs;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A dataset taken out of a real platform: out of what is served within seconds, and not a byte of it left.</summary>
public sealed class WithdrawalEndToEndTests : IDisposable
{
    private static readonly TimeSpan Served = TimeSpan.FromSeconds(5);

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder.At("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_learned_from_it_alone_is_gone_within_five_seconds_and_its_bytes_with_it()
    {
        await using var platform = await GrownAsync();
        await platform.DoAsync("train", "--name", "both", "--model", "both", "--preset", "tiny", "--steps", "1", "--datasets", "gone,kept", "--wait");
        var scan = Path.Combine(_folder.At("gone"), "images", "a.nii.gz");
        await AskBothGroupsAsync(platform, scan);
        var grown = await platform.ResolveAsync();
        var never = (await platform.ResolveAsync("1")).Content.Digest();
        var (ours, theirs) = (await BlobsOfAsync(platform, "gone"), await BlobsOfAsync(platform, "kept"));

        var asked = await platform.HermesAsync("dataset", "withdraw", "gone", "--delete-blobs");
        Assert.Equal(2, asked.ExitCode);
        foreach (var told in new[] { "universal would no longer answer the prompt group gone", "The trunk of both@1", "1 steps", "train with local/kept" })
        {
            Assert.Contains(told, asked.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(2, (await platform.ResolveAsync()).Version);

        var clock = Stopwatch.StartNew();
        var withdrawing = platform.Client.Datasets.WithdrawAsync("local/gone", deleteBlobs: true);
        await Platform.UntilAsync(async () => (await platform.ResolveAsync()).Content.Digest() == never);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Served);

        await withdrawing;
        var done = await platform.HermesAsync("dataset", "withdraw", "gone", "--delete-blobs", "--yes");
        Assert.True(done.ExitCode == 0, done.Output + done.Error);
        var withdrawal = done.Json.GetProperty("withdrawal");
        Assert.True(withdrawal.GetProperty("blobs").GetInt32() > ours.Count - 3, done.Output);
        Assert.True(withdrawal.GetProperty("questions").GetInt32() > 0, done.Output);
        Assert.All(ours.Except(theirs).Append(PathOf(grown.Content.Branches[0].Package)), path => Assert.False(File.Exists(path), path));
        Assert.All(
            await platform.Client.Datasets.GetCasesAsync("local/kept").ToListAsync(),
            c => Assert.True(File.Exists(PathOf(c.Facts.Image)) && File.Exists(PathOf(c.Facts.Label!)), c.CaseId));
        var prepared = Directory.EnumerateFiles(Path.Combine(Data, "cache"), "*.case", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.DoesNotContain(prepared, name => ours.Except(theirs).Any(path => name!.Contains(DigestOf(path)[..24], StringComparison.Ordinal)));

        Assert.Empty((await platform.DoAsync("blobs", "check")).Json.GetProperty("problems").EnumerateArray());
        Assert.Contains("was withdrawn", (await platform.HermesAsync("train", "--name", "again", "--datasets", "gone")).Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("was withdrawn", (await platform.AddAsync("gone", _folder.At("gone"))).Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("WITHDRAWN", (await platform.DoAsync("dataset", "show", "gone")).Json.GetProperty("state").GetString());

        await platform.DoAsync("dataset", "withdraw", "gone", "--retire-trunks", "--yes");
        await Platform.UntilAsync(async () => (await platform.Client.Models.GetAsync("both")).Aliases.Count == 0);
        var refused = await platform.HermesAsync("segment", scan, "-o", _folder.At("of-the-trunk.nii.gz"), "--model", "both");
        Assert.Contains("Nothing of model 'both' is live", refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("local/kept", refused.Json.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_killed_in_the_midst_of_a_withdrawal_goes_on_with_it_after_its_start()
    {
        IReadOnlyList<string> ours;
        await using (var platform = await GrownAsync())
        {
            ours = [.. (await BlobsOfAsync(platform, "gone")).Except(await BlobsOfAsync(platform, "kept"))];
            var grains = await platform.Silo.ConnectAsync();
            await grains.GetGrain<IDatasetGrain>("local/gone").WithdrawAsync(retireTrunks: false, deleteBlobs: true);
            await platform.Silo.KillAsync();
        }

        await using var again = await Platform.StartAsync(Data);
        await Platform.UntilAsync(async () => (await again.Client.Datasets.GetAsync("local/gone")).Withdrawal is { IsDone: true });

        Assert.All(ours, path => Assert.False(File.Exists(path), path));
        Assert.Equal((await again.ResolveAsync("1")).Content.Digest(), (await again.ResolveAsync()).Content.Digest());
        Assert.Empty((await again.DoAsync("blobs", "check")).Json.GetProperty("problems").EnumerateArray());
    }

    // Asked together, each group answers what it answers by itself.
    private async Task AskBothGroupsAsync(Platform platform, string scan)
    {
        var asked = await platform.DoAsync("segment", scan, "-o", _folder.At("answer.nii.gz"), "--dataset", "gone,kept");
        foreach (var (group, answer) in new[] { "gone", "kept" }.Zip(asked.Json.GetProperty("answers").EnumerateArray()))
        {
            var file = _folder.At($"answer_{group}.nii.gz");
            Assert.Equal((group, file), (answer.GetProperty("promptGroup").GetString(), answer.GetProperty("output").GetString()));
            Assert.True(File.Exists(_folder.At($"answer_{group}.json")));
            var question = new SegmentationQuestion { Image = await platform.Client.Blobs.UploadAsync(scan), PromptGroup = group };
            var alone = await platform.Client.Segmentations.AnswerAsync(PromptResolution.Resolve(question, await platform.ResolveAsync()) with { Probe = "alone" });
            Assert.Equal(alone.LabelMap!.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))));
        }
    }

    /// <summary>A trunk of the dataset kept, and a live branch of the dataset gone.</summary>
    private async Task<Platform> GrownAsync()
    {
        var platform = await Platform.StartAsync(Data);
        await platform.DoAsync(Platform.AddArguments("kept", Scans.WriteCases(_folder.At("kept"))));
        await platform.DoAsync("train", "--name", "trunk", "--preset", "tiny", "--steps", "1", "--wait");
        await platform.DoAsync(Platform.AddArguments("gone", Scans.WriteCases(_folder.At("gone"))));
        await platform.DoAsync("update", "create", "--name", "grow", "--datasets", "gone", "--budget", "1", "--auto-promote", "--wait");
        return platform;
    }

    private async Task<IReadOnlyList<string>> BlobsOfAsync(Platform platform, string dataset)
    {
        var cases = await platform.Client.Datasets.GetCasesAsync($"local/{dataset}").ToListAsync();
        var stored = cases.SelectMany(c => new[] { c.Facts.Image, c.Facts.Label! });
        var sent = await Task.WhenAll(Directory.EnumerateFiles(_folder.At(dataset), "*.gz", SearchOption.AllDirectories).Select(f => BlobDigest.OfFileAsync(f, "local", MediaTypes.NiftiGz)));
        return [.. stored.Concat(sent).Select(PathOf).Distinct()];
    }

    private string PathOf(BlobRef blob) => Path.Combine(Data, "blobs", "sha256", blob.Sha256[..2], blob.Sha256[2..]);

    private static string DigestOf(string path) => Path.GetFileName(Path.GetDirectoryName(path)!) + Path.GetFileName(path);
}
