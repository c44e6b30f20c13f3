using Hermes.Cli.Output;
using Hermes.Cli.Platform;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Client.Evaluations;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Imaging.Evaluation;

namespace Hermes.Cli.Quickstart;

/// <summary>The whole way on synthetic scans: phantoms, datasets, one training, segmentation and measurement of what it never saw.</summary>
internal sealed class QuickstartWork(QuickstartFolder folder, long seed, ProgressDisplay display)
{
    private const string Name = "quickstart";
    private const string Preset = "tiny";

    private readonly List<QuickstartDocument.PhaseRow> _phases = [];

    public async Task<QuickstartDocument> RunAsync(CancellationToken cancellationToken)
    {
        var from = TimeProvider.System.GetTimestamp();
        await using var log = new LineLog(folder.Log);
        await using var platform = await TimedAsync("platform", () => EmbeddedPlatform.StartAsync(null, folder.Platform, log.Write, display.Say, [], cancellationToken));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = WorkAsync(platform.Address, end.Token);
        if (await Task.WhenAny(work, platform.Running) != work)
        {
            // The silo was given up: what it said last is the cause, not that nobody answers any more.
            await end.CancelAsync();
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await platform.Running;
        }

        var (model, reports, files) = await work;
        var dice = new DiceSummary([.. reports.SelectMany(r => r.Dice.Tasks)]);
        return new QuickstartDocument(
            dice.MeanDice,
            [.. dice.Tasks.Select(t => new QuickstartDocument.TaskRow(t.Task, t.Dice, t.Cases))],
            NotLearned.Among(dice.Tasks.Select(t => (t.Task, t.Dice))),
            _phases,
            Math.Round(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 1),
            model,
            seed,
            folder.IsKept ? folder.Root : null,
            files);
    }

    private async Task<(string Model, List<EvaluationReport> Reports, List<string> Files)> WorkAsync(string address, CancellationToken cancellationToken)
    {
        var phantoms = await TimedAsync("phantoms", () => PhantomList.MakeAsync(folder, seed, cancellationToken));
        await using var client = await HermesClient.ConnectAsync(address, null, cancellationToken);
        await TimedAsync("datasets", () => AddAsync(client, phantoms, cancellationToken));
        var run = await TimedAsync("train", () => TrainAsync(client, phantoms, cancellationToken));
        var reference = new ModelReference(Name, run.ModelVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var files = new List<string>();
        var reports = await TimedAsync("segment", () => MeasureAsync(client, reference, phantoms, files, cancellationToken));
        return (reference.ToString(), reports, files);
    }

    private async Task<bool> AddAsync(HermesClient client, PhantomList phantoms, CancellationToken cancellationToken)
    {
        foreach (var phantom in phantoms.Datasets)
        {
            var pairing = CasePairing.Find(phantom.Images, phantom.Labels);
            var source = new DatasetSource
            {
                Declaration = new DatasetDeclaration
                {
                    Name = phantom.Name,
                    Modality = phantom.Modality,
                    Labels = LabelNames.Read(phantom.LabelNames, phantom.Name),
                },
                Cases = SplitFile.Apply(phantom.Split, pairing.Cases),
            };
            var outcome = await client.Datasets.AddAsync(source, display.Add(), cancellationToken);
            display.Say($"Dataset {phantom.Name} ({phantom.Modality}): {outcome.Status.Cases} cases.");
        }

        return true;
    }

    private async Task<RunStatus> TrainAsync(HermesClient client, PhantomList phantoms, CancellationToken cancellationToken)
    {
        var request = new RunRequest
        {
            Datasets = [.. phantoms.Datasets.Select(p => Names.DatasetKey(Names.DefaultSite, p.Name)).Order(StringComparer.Ordinal)],
            Preset = Preset,
            Seed = seed,
            Model = Name,
        };
        var started = await client.Runs.StartAsync(Name, request, cancellationToken);
        if (started.State is RunState.Cancelled or RunState.Failed)
        {
            await client.Runs.ResumeAsync(Name, cancellationToken);
        }

        var status = await RunStory.FollowAsync(client, Name, display, cancellationToken);
        RunStory.ThrowIfEndedBadly(status);
        return status;
    }

    private async Task<List<EvaluationReport>> MeasureAsync(
        HermesClient client, ModelReference model, PhantomList phantoms, List<string> files, CancellationToken cancellationToken)
    {
        var reports = new List<EvaluationReport>();
        foreach (var phantom in phantoms.Datasets)
        {
            var report = await client.Evaluations.EvaluateAsync(
                new EvaluationRequest { Model = model, Dataset = Names.DatasetKey(Names.DefaultSite, phantom.Name), Splits = [Split.Test] },
                display.Evaluation($"segment {phantom.Name}"),
                cancellationToken);
            reports.Add(report);
            foreach (var one in folder.IsKept ? report.Cases : [])
            {
                // The case's name is the stem of a file the worker wrote: it is found, not put together.
                var image = CasePairing.Find(phantom.Images, null).Cases.First(c => c.CaseId == one.Case.CaseId).Image;
                var file = Path.Combine(Path.GetDirectoryName(image)!, "..", "segmentations", Path.GetFileName(image));
                file = Path.GetFullPath(file);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await client.Blobs.DownloadAsync(one.Result.LabelMap!, file, cancellationToken: cancellationToken);
                files.Add(file);
            }
        }

        return reports;
    }

    private async Task<T> TimedAsync<T>(string phase, Func<Task<T>> work)
    {
        var from = TimeProvider.System.GetTimestamp();
        display.Report(phase, 0, 0, "");
        var result = await work();
        _phases.Add(new QuickstartDocument.PhaseRow(phase, Math.Round(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 1)));
        return result;
    }
}
