using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What happens beside a run on a platform's only device.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class OneDeviceTests(SharedPlatform shared)
{
    /// <summary>More steps than any machine does while a test looks.</summary>
    private const int Many = 5000;

    /// <summary>A step and a checkpoint; far below the half minute after which a worker is killed for not stopping.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(20);

    private Platform Platform => shared.Platform;

    [Fact]
    public async Task Segmenting_while_a_run_trains_is_answered_before_the_run_ends_and_the_run_goes_on()
    {
        using var folder = new TemporaryFolder();
        var scan = Scans.Write(folder.At("scan.nii.gz"), Scans.Image(4));
        await Platform.Client.Runs.StartAsync("beside", new RunRequest { Preset = "tiny", Steps = Many, Model = "beside", Datasets = [$"local/{SharedPlatform.Dataset}"] });
        await Platform.WaitAsync("beside", r => r is { State: RunState.Running, Phase: "train", Step: >= 1 });

        var answer = await Platform.HermesAsync("segment", scan, "-o", folder.At("out.nii.gz"));
        var meanwhile = await Platform.Client.Runs.GetAsync("beside");

        Assert.True(answer.ExitCode == 0, answer.Output + answer.Error);
        Assert.True(File.Exists(folder.At("out.nii.gz")));
        Assert.Equal(RunState.Running, meanwhile.State);
        await Platform.WaitAsync("beside", r => r is { State: RunState.Running } && r.Step >= meanwhile.Step + 2);
        await Platform.Client.Runs.CancelAsync("beside");
        await Platform.WaitAsync("beside", r => r.State == RunState.Cancelled, CancelPatience);
    }

    [Fact]
    public async Task A_cancelled_run_says_so_within_two_seconds_and_ends_with_its_progress_saved()
    {
        await Platform.Client.Runs.StartAsync("given-up", new RunRequest { Preset = "tiny", Steps = Many, Model = "beside", Datasets = [$"local/{SharedPlatform.Dataset}"] });
        await Platform.WaitAsync("given-up", r => r is { State: RunState.Running, Phase: "train", Step: >= 1 });

        var acknowledged = await Platform.Client.Runs.CancelAsync("given-up").WaitAsync(TimeSpan.FromSeconds(2));

        Assert.True(acknowledged.State is RunState.Cancelling or RunState.Cancelled, $"{acknowledged.State}");
        var ended = await Platform.WaitAsync("given-up", r => r.State == RunState.Cancelled, CancelPatience);
        Assert.Equal(ended.Step, ended.Checkpoints[^1].Step);
        Assert.InRange(ended.Step, 1, Many - 1);
    }
}
