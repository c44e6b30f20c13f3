using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Client.Evaluations;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Imaging.Evaluation;

namespace Hermes.Cli.Quickstart;

/// <summary>The whole way on synthetic scans: phantoms, datasets, one training, segmentation and measurement of what it never saw.</summary>
internal sealed class QuickstartWork(QuickstartFolder folder, long seed, ProgressDisplay display) : PhantomWork(folder, seed, display)
{
    public async Task<QuickstartDocument> RunAsync(CancellationToken cancellationToken)
    {
        var from = TimeProvider.System.GetTimestamp();
        var (model, reports, files) = await OnPlatformAsync(WorkAsync, cancellationToken);
        var dice = new DiceSummary([.. reports.SelectMany(r => r.Dice.Tasks)]);
        return new QuickstartDocument(
            dice.MeanDice,
            [.. dice.Tasks.Select(t => new QuickstartDocument.TaskRow(t.Task, t.Dice, t.Cases))],
            NotLearned.Among(dice.Tasks.Select(t => (t.Task, t.Dice))),
            Phases,
            Math.Round(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 1),
            model,
            Seed,
            Folder.IsKept ? Folder.Root : null,
            files);
    }

    private async Task<(string Model, List<EvaluationReport> Reports, List<string> Files)> WorkAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var phantoms = await TimedAsync("phantoms", () => PhantomList.MakeAsync(Folder, Seed, cancellationToken));
        await TimedAsync("datasets", () => AddAsync(client, phantoms, cancellationToken));
        var run = await TimedAsync("train", () => TrainAsync(client, phantoms, cancellationToken));
        var reference = new ModelReference(Name, run.ModelVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var files = new List<string>();
        var reports = await TimedAsync("segment", () => MeasureAsync(client, reference, phantoms, files, cancellationToken));
        return (reference.ToString(), reports, files);
    }

    private async Task<List<EvaluationReport>> MeasureAsync(
        HermesClient client, ModelReference model, PhantomList phantoms, List<string> files, CancellationToken cancellationToken)
    {
        var reports = new List<EvaluationReport>();
        foreach (var phantom in phantoms.Datasets)
        {
            var report = await client.Evaluations.EvaluateAsync(
                new EvaluationRequest { Model = model, Dataset = Names.DatasetKey(Names.DefaultSite, phantom.Name), Splits = [Split.Test] },
                Display.Evaluation($"segment {phantom.Name}"),
                cancellationToken);
            reports.Add(report);
            foreach (var one in Folder.IsKept ? report.Cases : [])
            {
                // The case's name is the stem of a file the worker wrote: it is found, not put together. What was appended since lies elsewhere.
                if (CasePairing.Find(phantom.Images, null).Cases.FirstOrDefault(c => c.CaseId == one.Case.CaseId)?.Image is not { } image)
                {
                    continue;
                }

                var file = Path.Combine(Path.GetDirectoryName(image)!, "..", "segmentations", Path.GetFileName(image));
                file = Path.GetFullPath(file);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await client.Blobs.DownloadAsync(one.Result.LabelMap!, file, cancellationToken: cancellationToken);
                files.Add(file);
            }
        }

        return reports;
    }
}
