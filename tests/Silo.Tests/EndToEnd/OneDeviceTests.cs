using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What happens beside a run on a platform's only device.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class OneDeviceTests(SharedPlatform shared)
{
    private Platform Platform => shared.Platform;

    [Fact]
    public async Task Segmenting_while_a_run_trains_is_answered_before_the_run_ends_and_the_run_still_completes()
    {
        using var folder = new TemporaryFolder();
        var scan = Scans.Write(folder.At("scan.nii.gz"), Scans.Image(4));
        await Platform.Client.Runs.StartAsync("beside", new RunRequest { Preset = "tiny", Steps = 12, Model = "beside", Datasets = [$"local/{SharedPlatform.Dataset}"] });
        await Platform.WaitAsync("beside", r => r is { State: RunState.Running, Phase: "train", Step: >= 1 });

        var answer = await Platform.HermesAsync("segment", scan, "-o", folder.At("out.nii.gz"));
        var meanwhile = await Platform.Client.Runs.GetAsync("beside");

        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        Assert.True(File.Exists(folder.At("out.nii.gz")));
        Assert.Equal(RunState.Running, meanwhile.State);
        var ended = await Platform.WaitAsync("beside", r => r is { State: RunState.Completed, ModelVersion: not null });
        Assert.Equal(12, ended.Step);
    }

    [Fact]
    public async Task A_cancelled_run_says_so_within_two_seconds_and_ends_with_its_progress_saved()
    {
        await Platform.Client.Runs.StartAsync("given-up", new RunRequest { Preset = "tiny", Steps = 500, Model = "beside", Datasets = [$"local/{SharedPlatform.Dataset}"] });
        await Platform.WaitAsync("given-up", r => r is { State: RunState.Running, Phase: "train", Step: >= 1 });

        var acknowledged = await Platform.Client.Runs.CancelAsync("given-up").WaitAsync(TimeSpan.FromSeconds(2));

        Assert.True(acknowledged.State is RunState.Cancelling or RunState.Cancelled, $"{acknowledged.State}");
        var ended = await Platform.WaitAsync("given-up", r => r.State == RunState.Cancelled);
        Assert.Equal(ended.Step, ended.Checkpoints[^1].Step);
        Assert.InRange(ended.Step, 1, 499);
    }
}
