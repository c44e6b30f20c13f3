using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Client.Evaluations;
using Hermes.Client.Models;
using Hermes.Client.Progress;
using Hermes.Client.Segmentations;
using Hermes.Client.Updates;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Cli.Quickstart;

/// <summary>A quickstart whose model then learns a dataset that it has never seen, with proof that it forgets nothing.</summary>
internal sealed class IncrementalDemoWork(QuickstartFolder folder, long seed, UpdatePolicy policy, bool baseline, int? steps, double? minutes, ProgressDisplay display)
    : PhantomWork(folder, seed, display)
{
    public async Task<IncrementalDemoDocument> RunAsync(CancellationToken cancellationToken)
    {
        var from = TimeProvider.System.GetTimestamp();
        var document = await OnPlatformAsync(WorkAsync, cancellationToken);
        return document with { SecondsTotal = Math.Round(TimeProvider.System.GetElapsedTime(from).TotalSeconds, 1), Phases = Phases };
    }

    private async Task<IncrementalDemoDocument> WorkAsync(HermesClient client, CancellationToken cancellationToken)
    {
        var phantoms = await TimedAsync("phantoms", () => PhantomList.MakeAsync(Folder, Seed, cancellationToken));
        await TimedAsync("datasets", () => AddAsync(client, phantoms, cancellationToken));
        var run = await TimedAsync("train", () => TrainAsync(client, phantoms, cancellationToken));
        var trunk = await client.Models.ResolveAsync(new ModelReference(Name, run.ModelVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture)), cancellationToken);
        var before = await TimedAsync("before", () => MeasureAsync(client, trunk, phantoms, cancellationToken));

        var later = await TimedAsync("new dataset", async () =>
        {
            var made = await PhantomList.MakeNewAsync(Folder, Seed, cancellationToken);
            await AddAsync(client, made, cancellationToken);
            return made;
        });
        if (policy is UpdatePolicy.Decoder or UpdatePolicy.Full)
        {
            await TimedAsync("more cases", () => AppendAsync(client, cancellationToken));
        }

        var update = await TimedAsync("update", () => UpdateAsync(client, trunk, later, cancellationToken));
        var live = update.PromotedVersion?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var grown = await client.Models.ResolveAsync(new ModelReference(Name, live), cancellationToken);
        var after = await TimedAsync("after", () => MeasureAsync(client, grown, phantoms, cancellationToken));
        var certificate = update.Certificate!;
        return new IncrementalDemoDocument(
            certificate.IsGranted,
            certificate.NewTrunk is not null,
            certificate.NewTrunk is null && certificate.Probes.All(p => p.IsEqual) && Answers(before).SequenceEqual(Answers(after)),
            policy != UpdatePolicy.Branch ? null : await DiffersAsync(client, trunk, update.Branches[0].Learned!, before[0].Cases[0], cancellationToken),
            [.. certificate.NewTasks.Select(t => new IncrementalDemoDocument.NewTask(t.Task, t.Dice, t.Baseline))],
            certificate.NewTrunk is not null
                ? [.. certificate.Changes.Select(c => new IncrementalDemoDocument.OldTask(c.Task, c.Before, c.After, c.LowerBound))]
                : [.. Dice(before).Zip(Dice(after)).Select(t => new IncrementalDemoDocument.OldTask(t.First.Task, t.First.Dice, t.Second.Dice, null))],
            certificate.Remarks,
            update.Steps,
            minutes,
            Phases.Single(p => p.Name == "update").Seconds,
            0,
            Phases,
            Seed,
            Folder.IsKept ? Folder.Root : null);
    }

    // The quickstart's four test cases of a dataset are too few for a statement.
    private async Task<bool> AppendAsync(HermesClient client, CancellationToken cancellationToken)
    {
        foreach (var phantom in (await PhantomList.MakeFurtherAsync(Folder, Seed, cancellationToken)).Datasets)
        {
            var source = SourceOf(phantom);
            if ((await client.Datasets.GetAsync(Names.DatasetKey(Names.DefaultSite, phantom.Name), cancellationToken)).Version == 1)
            {
                await client.Datasets.AppendAsync(source, Display.Add(), cancellationToken);
            }
        }

        return true;
    }

    private async Task<UpdateStatus> UpdateAsync(HermesClient client, ModelVersion trunk, PhantomList later, CancellationToken cancellationToken)
    {
        var request = new UpdateRequest
        {
            Model = Name,
            Version = trunk.Version.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Datasets = [.. later.Datasets.Select(d => Names.DatasetKey(Names.DefaultSite, d.Name))],
            Policy = policy,
            Steps = steps,
            Minutes = minutes,
            Baseline = baseline,
            Seed = Seed,
            AutoPromote = true,
        };
        var update = UpdateClient.NameOf(request);
        var started = await client.Updates.CreateAsync(update, request, cancellationToken);
        if (started.State is UpdateState.Cancelled or UpdateState.Failed)
        {
            await client.Updates.ResumeAsync(update, cancellationToken);
        }

        var status = await client.Updates.FollowAsync(update, new Relayed<ProgressEvent>(Display.Run), cancellationToken);
        return status.Certificate is not null ? status : throw (status.Cause ?? new Failure($"The update ended as {status.State.Word()}.")).ToException();
    }

    private async Task<List<EvaluationReport>> MeasureAsync(HermesClient client, ModelVersion model, PhantomList phantoms, CancellationToken cancellationToken)
    {
        var reports = new List<EvaluationReport>();
        foreach (var phantom in phantoms.Datasets)
        {
            reports.Add(await client.Evaluations.EvaluateAsync(
                new EvaluationRequest
                {
                    Model = new ModelReference(model.Model, model.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    Dataset = Names.DatasetKey(Names.DefaultSite, phantom.Name),
                    Splits = [Split.Test],
                },
                Display.Evaluation($"segment {phantom.Name}"),
                cancellationToken));
        }

        return reports;
    }

    // Whether an old group answers differently when the new branch is wrongly switched on.
    private static async Task<bool> DiffersAsync(HermesClient client, ModelVersion trunk, ModelBranch branch, EvaluatedCase one, CancellationToken cancellationToken)
    {
        var question = PromptResolution.Resolve(
            new SegmentationQuestion { Image = one.Case.Facts.Image, ImageFile = one.Case.CaseId, PromptGroup = one.Result.PromptGroup }, trunk);
        var answer = await client.Segmentations.AnswerAsync(question with { Branch = branch.Package }, null, cancellationToken);
        return answer.LabelMap!.Sha256 != one.Result.LabelMap!.Sha256;
    }

    private static IEnumerable<string> Answers(List<EvaluationReport> reports) => reports.SelectMany(r => r.Cases).Select(c => c.Result.LabelMap!.Sha256);

    private static IEnumerable<(string Task, double? Dice)> Dice(List<EvaluationReport> reports) => reports.SelectMany(r => r.Dice.Tasks).Select(t => (t.Task, t.Dice));
}
