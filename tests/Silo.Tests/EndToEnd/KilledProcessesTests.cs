using System.Diagnostics;
using System.Text.Json;
using Hermes.Client.Datasets;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Real processes, killed for real: whatever dies, the work goes on where it was, to the same bits.</summary>
public sealed class KilledProcessesTests(Phantoms phantoms) : IClassFixture<Phantoms>
{
    private static readonly RunRequest Request = new() { Preset = "tiny", Steps = 16, Seed = 5 };

    [Fact]
    public async Task Killing_silo_and_worker_in_ingest_and_training_changes_no_bit()
    {
        var expected = await UndisturbedAsync();

        using var directory = new TemporaryFolder();
        await KillWhileIngestingAsync(directory.Path);
        await using (var platform = await Platform.StartAsync(directory.Path))
        {
            await AddAsync(platform);
            await platform.Client.Runs.StartAsync("run", Request);
            await KillWorkerWhileTrainingAsync(platform);
            await KillSiloWhileTrainingAsync(platform);
        }

        await using var last = await Platform.StartAsync(directory.Path);
        var ended = await last.WaitAsync("run", r => r is { State: RunState.Completed, ModelVersion: not null });

        Assert.Equal(expected.Package, ended.Package);
        Assert.Equal(Request.Steps, ended.Step);
        Assert.Equal(Enumerable.Range(1, Request.Steps!.Value), await StepsAsync(last, ended.Metrics, directory.At("metrics")));
        await AssertAnswersEqualAsync(last);
    }

    private static async Task<IEnumerable<int>> StepsAsync(Platform platform, IReadOnlyList<MetricsChunk> metrics, string file)
    {
        var steps = new List<int>();
        foreach (var stretch in metrics)
        {
            await platform.Client.Blobs.DownloadAsync(stretch.Blob, file);
            steps.AddRange(
                from line in await File.ReadAllLinesAsync(file)
                let values = JsonDocument.Parse(line).RootElement
                where values.TryGetProperty("loss", out _)
                let step = values.GetProperty("step").GetInt32()
                where step >= stretch.FirstStep && step <= stretch.LastStep
                select step);
        }

        return steps;
    }

    private async Task<RunStatus> UndisturbedAsync()
    {
        using var directory = new TemporaryFolder();
        await using var platform = await Platform.StartAsync(directory.Path);
        await AddAsync(platform);
        await platform.Client.Runs.StartAsync("run", Request);
        return await platform.WaitAsync("run", r => r is { State: RunState.Completed, ModelVersion: not null });
    }

    private async Task KillWhileIngestingAsync(string directory)
    {
        await using var platform = await Platform.StartAsync(directory);
        using var giveUp = new CancellationTokenSource();
        var adding = platform.Client.Datasets.AddAsync(Ct(), null, giveUp.Token);
        await KillSiloWithCasesLeftAsync(platform);
        Assert.False(adding.IsCompleted);

        // It would wait for a silo that is started again; this one is not.
        await giveUp.CancelAsync();
        var unheard = await Assert.ThrowsAsync<HermesException>(() => adding.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Contains("it may yet be completed", unheard.Message, StringComparison.Ordinal);
    }

    // However fast the machine, it is seen between the first case and the last: the workers stand still while one looks.
    private static async Task KillSiloWithCasesLeftAsync(Platform platform)
    {
        await Platform.UntilAsync(() => Task.FromResult(platform.Workers().Count > 0));
        var killed = false;
        await Platform.UntilAsync(async () =>
        {
            using (platform.HoldWorkers())
            {
                await Task.Delay(30);
                if (await platform.Client.Datasets.GetAsync("local/phantom_ct") is { State: DatasetState.Ingesting, Ingested: >= 1 })
                {
                    await platform.Silo.KillAsync();
                    killed = true;
                }
            }

            return killed;
        });
    }

    private static async Task KillWorkerWhileTrainingAsync(Platform platform)
    {
        await platform.WaitAsync("run", r => r is { State: RunState.Running, Step: >= 3, Checkpoints.Count: > 0 });
        foreach (var worker in platform.Workers())
        {
            using var process = Process.GetProcessById(worker);
            process.Kill();
        }

        var interrupted = await platform.WaitAsync("run", r => r.Crashes > 0 || r.State == RunState.Interrupted);
        Assert.NotEqual(RunState.Failed, interrupted.State);
    }

    private static async Task KillSiloWhileTrainingAsync(Platform platform)
    {
        await platform.WaitAsync("run", r => r is { State: RunState.Running, Phase: "train", Step: >= 6 });
        var workers = platform.Workers();
        Assert.NotEmpty(workers);
        await platform.Silo.KillAsync();
        await Platform.UntilAsync(() => Task.FromResult(workers.All(w => !Directory.Exists($"/proc/{w}"))));
    }

    private async Task AssertAnswersEqualAsync(Platform platform)
    {
        var image = Ct().Cases[0].Image;
        var blob = await platform.Client.Blobs.UploadAsync(image);
        var question = await platform.QuestionAsync(new SegmentationQuestion { Image = blob, PromptGroup = "phantom_ct" });
        var first = await platform.Client.Segmentations.AnswerAsync(question);
        var again = await platform.Client.Segmentations.AnswerAsync(question with { ImageFile = "another name" });

        Assert.True(first.GeometryChecked);
        Assert.Equal(4, first.Tasks.Count);
        Assert.Equal(first.LabelMap, again.LabelMap);
    }

    private async Task AddAsync(Platform platform)
    {
        foreach (var source in new[] { Ct(), phantoms.Source("phantom_pet", "pet", training: 3) })
        {
            var (status, _) = await platform.Client.Datasets.AddAsync(source);
            Assert.Equal(DatasetState.Ready, status.State);
            Assert.Equal(1, status.Version);
            Assert.Equal(source.Cases.Count, status.Cases);
        }
    }

    private DatasetSource Ct() => phantoms.Source("phantom_ct", "ct", training: 4);
}
