using System.Diagnostics;
using System.Globalization;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A silo that is told to end while it is busy, as a terminal does it: every process hears the signal.</summary>
public sealed class OrderlyEndTests : IDisposable
{
    private const string Run = "run";

    /// <summary>Longer than the two seconds after which the command line's library would end a process.</summary>
    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(4);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_step_under_way_is_finished_and_saved_however_long_it_takes()
    {
        RunStatus before;
        var data = _folder.At("data");
        await using (var platform = await Platform.StartAsync(data, "--checkpoint-seconds", "3600"))
        {
            Assert.Equal(0, (await platform.AddAsync("boxes", Scans.WriteCases(_folder.At("boxes")))).ExitCode);
            Assert.Equal(0, (await platform.HermesAsync("train", "--name", Run, "--preset", "tiny", "--steps", "100000")).ExitCode);
            await platform.WaitAsync(Run, r => r.Step >= 3);
            var watching = WatchAsync(platform);

            // A worker that is stopped is a worker in a long step.
            var workers = platform.Workers();
            await SignalAsync("-STOP", workers);
            var doctor = await platform.HermesAsync("doctor");
            before = await platform.Client.Runs.GetAsync(Run);
            Assert.Equal((before.Step, 0), ((await platform.Client.Runs.ListAsync().SingleAsync()).Step, before.Checkpoints.Count));
            await SignalAsync("-INT", [platform.Silo.Id, .. workers]);
            await Task.Delay(LongStep);
            Assert.False(platform.Silo.HasExited);
            await SignalAsync("-CONT", workers);

            Assert.Equal(0, await platform.Silo.EndAsync());
            await watching;
            Assert.Equal(1, doctor.ExitCode);
            Assert.Contains("hangs: a signal stopped it", doctor.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", await File.ReadAllTextAsync(Path.Combine(data, "logs", "silo.log")), StringComparison.Ordinal);
        await using var again = await Platform.StartAsync(data);
        var after = await again.Client.Runs.GetAsync(Run);
        Assert.Equal(0, after.Crashes);
        Assert.NotEmpty(after.Checkpoints);
        Assert.InRange(after.Checkpoints[0].Step, before.Step, int.MaxValue);
    }

    [Fact]
    public async Task A_segmentation_beside_training_gives_way_and_is_answered_after_the_start()
    {
        const short Side = 160;
        var data = _folder.At("data");
        SegmentationRequest question;
        RunStatus before;
        await using (var platform = await Platform.StartAsync(data, "--checkpoint-seconds", "3600"))
        {
            Assert.Equal(0, (await platform.AddAsync("boxes", Scans.WriteCases(_folder.At("boxes")))).ExitCode);
            await platform.Client.Runs.StartAsync("first", new RunRequest { Preset = "tiny", Steps = 1 });
            await platform.WaitAsync("first", r => r.ModelVersion is not null);
            await platform.Client.Runs.StartAsync(Run, new RunRequest { Preset = "tiny", Steps = 100000 });
            before = await platform.WaitAsync(Run, r => r.Step >= 3);
            var scan = Scans.Write(_folder.At("scan.nii.gz"), Scans.Header(Side, Side, Side), new byte[2 * Side * Side * Side]);
            question = await platform.QuestionAsync(new SegmentationQuestion { Image = await platform.Client.Blobs.UploadAsync(scan), PromptGroup = "boxes" });
            await platform.Client.Segmentations.AskAsync(question);
            await Platform.UntilAsync(async () => (await platform.Client.Segmentations.GetAsync(question)).State == SegmentationState.Running);

            await SignalAsync("-INT", [platform.Silo.Id, .. platform.Workers()]);
            Assert.Equal(0, await platform.Silo.EndAsync());
        }

        await using var again = await Platform.StartAsync(data);
        var after = await again.Client.Runs.GetAsync(Run);
        Assert.Equal(0, after.Crashes);
        Assert.InRange(Assert.Single(after.Checkpoints).Step, before.Step, int.MaxValue);
        Assert.True((await again.Client.Segmentations.AnswerAsync(question).WaitAsync(TimeSpan.FromMinutes(3))).GeometryChecked);
    }

    private static async Task WatchAsync(Platform platform)
    {
        using var limit = new CancellationTokenSource(LongStep);
        try
        {
            await foreach (var _ in platform.Client.Runs.WatchAsync(Run, 0, limit.Token))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // Watched long enough to ask an actor of a silo that ends.
        }
    }

    private static async Task SignalAsync(string signal, IReadOnlyList<int> processes)
    {
        using var kill = Process.Start("kill", [signal, .. processes.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        await kill.EndAsync();
    }
}
