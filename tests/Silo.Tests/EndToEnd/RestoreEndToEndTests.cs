using Hermes.Client;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>The way from one machine to many: a platform at work is backed up, and a cluster goes on with it.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class RestoreEndToEndTests(SharedPlatform shared, SharedPostgreSql servers) : IClassFixture<SharedPostgreSql>, IDisposable
{
    private const string Run = "moving";

    private readonly TemporaryFolder _folder = new();

    private EndToEnd.Platform Platform => shared.Platform;

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_platform_that_is_backed_up_at_work_is_restored_into_a_cluster_which_knows_and_answers_the_same_and_trains_on()
    {
        await using var cluster = await SiloCluster.StartAsync(servers);
        var image = await Platform.Client.Blobs.UploadAsync(Scans.Write(_folder.At("scan.nii.gz"), Scans.Image(9)));
        var question = await Platform.QuestionAsync(new SegmentationQuestion { Image = image, PromptGroup = SharedPlatform.Dataset });
        var answer = await Platform.Client.Segmentations.AnswerAsync(question);
        await Platform.Client.Runs.StartAsync(Run, new RunRequest { Preset = "tiny", Steps = 100000, Seed = 1 });
        await Platform.WaitAsync(Run, r => r is { State: RunState.Running, Checkpoints.Count: > 0 });

        var backup = await HermesProcess.RunAsync("backup", _folder.At("backup"), "--data-dir", shared.DataDirectory, "--json");

        var known = await KnownAsync(Platform.Client);
        await Platform.Client.Runs.CancelAsync(Run);
        Assert.True(backup.ExitCode == 0, backup.Output + backup.Error);
        var restore = await HermesProcess.RunAsync(
            "restore", _folder.At("backup"), "--connection-file", cluster.DatabaseFile, "--blobs-dir", cluster.BlobsDirectory, "--data-dir", _folder.At("unused"), "--json");
        Assert.True(restore.ExitCode == 0, restore.Output + restore.Error);

        await cluster.BeginAsync("one");
        await using var client = await cluster.ConnectAsync("one");
        Assert.Equal(known, await KnownAsync(client));
        var again = await client.Segmentations.AnswerAsync(question with { Probe = "restored" });
        Assert.Equal(answer.LabelMap!.Sha256, again.LabelMap!.Sha256);
        await EndToEnd.Platform.UntilAsync(async () => await client.Runs.GetAsync(Run) is { State: RunState.Running, Device: "one/cpu", Step: > 0, Crashes: 0 });
        await client.Runs.CancelAsync(Run);
        await EndToEnd.Platform.UntilAsync(async () => await client.Runs.GetAsync(Run) is { State: RunState.Cancelled });
        Assert.False(Directory.Exists(_folder.At("unused")));
        var check = await HermesProcess.RunAsync("blobs", "check", "--address", cluster["one"].Address, "--token-file", cluster["one"].TokenFile);
        Assert.True(check.ExitCode == 0, check.Output + check.Error);
    }

    private static async Task<string> KnownAsync(HermesClient client)
    {
        var datasets = await client.Datasets.ListAsync().Select(d => $"{d.Declaration!.Name} {d.State} {d.Version} {d.Cases}").ToListAsync();
        var model = await client.Models.ResolveAsync(new ModelReference(Names.DefaultModel, "1"));
        return string.Join('\n', [.. datasets, $"{model.Version} {model.Content.Package.Sha256}"]);
    }
}
