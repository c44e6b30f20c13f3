using System.Diagnostics;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A scan whose segmentation kills the worker that also trains, killed for real in the middle of it.</summary>
public sealed class CrashedQuestionTests : IDisposable
{
    private const short Side = 160;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_question_that_kills_the_worker_twice_fails_with_the_cause_and_costs_the_run_beside_it_nothing()
    {
        await using var platform = await Platform.StartAsync(_folder.At("data"));
        Assert.Equal(0, (await platform.AddAsync("boxes", Scans.WriteCases(_folder.At("boxes")))).ExitCode);
        await platform.Client.Runs.StartAsync("first", new RunRequest { Preset = "tiny", Steps = 1 });
        await platform.WaitAsync("first", r => r.ModelVersion is not null);
        await platform.Client.Runs.StartAsync("run", new RunRequest { Preset = "tiny", Steps = 24 });
        await platform.WaitAsync("run", r => r is { State: RunState.Running, Step: >= 2, Checkpoints.Count: > 0 });

        var scan = Scans.Write(_folder.At("scan.nii.gz"), Scans.Header(Side, Side, Side), new byte[2 * Side * Side * Side]);
        var question = await platform.QuestionAsync(
            new SegmentationQuestion { Image = await platform.Client.Blobs.UploadAsync(scan), ImageFile = "scan.nii.gz", PromptGroup = "boxes" });
        var killed = new HashSet<int>();
        var (seen, times) = (0L, 0);
        var failure = await Assert.ThrowsAsync<HermesException>(() => platform.Client.Segmentations.AnswerAsync(question, new Told(e =>
        {
            // A worker is at the question when another window is done, not when that is told again.
            var isNews = e.Sequence > seen && e is { Phase: "window", Done: >= 1 };
            seen = Math.Max(seen, e.Sequence);
            if (!isNews || platform.Workers().Where(killed.Add).ToList() is not { Count: > 0 } workers)
            {
                return;
            }

            times++;
            foreach (var worker in workers)
            {
                using var process = Process.GetProcessById(worker);
                process.Kill();
            }
        })).WaitAsync(TimeSpan.FromMinutes(3)));

        Assert.Contains("SIGKILL", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, times);
        var ended = await platform.WaitAsync("run", r => r.State == RunState.Completed);
        Assert.Equal((0, 24), (ended.Crashes, ended.Step));
    }

    private sealed class Told(Action<ProgressEvent> action) : IProgress<ProgressEvent>
    {
        public void Report(ProgressEvent value) => action(value);
    }
}
