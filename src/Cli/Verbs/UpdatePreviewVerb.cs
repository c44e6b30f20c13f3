using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>update preview</c>.</summary>
internal static class UpdatePreviewVerb
{
    private static readonly Option<string> From = UpdateCreateVerb.FromOption();
    private static readonly Option<string> Datasets = UpdateCreateVerb.DatasetsOption();
    private static readonly Option<string> Policy = UpdateCreateVerb.PolicyOption();
    private static readonly Option<Budget?> Budget = Verbs.Budget.Option();
    private static readonly Option<bool> Quick = new("--quick") { Description = "Ask nothing: what old prompts find of the new structures is told only where it was asked before." };

    public static VerbCommand Create() => new VerbCommand(
        "preview",
        "Tells what an update would cost, which old priors come near the new structures, and what is odd about the datasets, before anything is learned.",
        "hermes update preview --datasets lesions",
        "hermes update preview --from universal@1 --datasets lesions,nodes --budget 400 --json",
        "hermes update preview --datasets lesions --budget 0.5h",
        "hermes update preview --datasets lesions --quick") { From, Datasets, Policy, Budget, Quick }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var from = ModelReference.Parse(context.Get(From)!);
        var client = await context.ConnectAsync(cancellationToken);
        var request = new UpdateRequest
        {
            Model = from.Name,
            Version = from.Version,
            Datasets = await TrainVerb.ResolveAsync(client, context.Get(Datasets), cancellationToken),
            Policy = UpdateCreateVerb.ReadPolicy(context.Get(Policy)!),
            Steps = context.Get(Budget)?.Steps,
            Minutes = context.Get(Budget)?.Minutes,
        };
        var preview = await client.Updates.PreviewAsync(
            request, ask: !context.Get(Quick), new Relayed<UpdatePreview>(p => context.Progress.Report(Phases.Probe, p.Questions - p.Waiting, p.Questions, "question")), cancellationToken);
        context.Progress.Clear();
        context.Output.Result(preview, console => Render(console, preview));
        return ExitCodes.Success;
    }

    internal static void Render(IAnsiConsole console, UpdatePreview preview)
    {
        console.Facts(
            ("from", preview.Base),
            ("devices", string.Join("; ", preview.Devices)),
            ("evidence", $"{preview.Answered} of {preview.Questions} questions to old prompt groups answered"),
            ("may move", preview.MayMove.Count == 0 ? "no old task" : string.Join(", ", preview.MayMove)),
            ("policy", $"{preview.Recommended.Word().ToLowerInvariant()}. {preview.Reason}"));
        console.WriteLine();
        var branches = Tables.Create("branch of", "#steps", "#time", "#parameters");
        foreach (var branch in preview.Branches)
        {
            branches.With(
                $"{branch.Dataset.Dataset}@{branch.Dataset.Version}",
                Whole(branch.Steps),
                branch.Seconds is { } seconds ? $"about {Tables.Seconds(seconds)}" : "not known",
                branch.Parameters is { } parameters ? $"about {Whole(parameters)}" : "not known");
        }

        console.Write(branches);
        console.WriteLine(preview.Estimate);
        console.WriteLine();
        var structures = Tables.Create("new structure", "#ml a case", "nearest old task", "#Dice", "#ml a case", "modality", "#volumes alike", "of");
        foreach (var structure in preview.Structures)
        {
            foreach (var (place, near) in structure.Nearest.Index())
            {
                structures.With(
                    place == 0 ? structure.Task : "",
                    place == 0 ? Ml(structure.VolumeMl) : "",
                    near.Task,
                    Tables.Dice(near.Dice),
                    Ml(near.VolumeMl),
                    near.IsSameModality ? "same" : "another",
                    near.VolumeOverlap?.ToString("0 %", CultureInfo.InvariantCulture) ?? "-",
                    near.IsTrunk ? "trunk" : "branch");
            }
        }

        console.Write(structures);
        foreach (var sentence in preview.Conflicts.Select(c => $"{(c.NeedsAcceptance ? "conflict" : "note")}: {c.Sentence}").Concat(preview.Remarks))
        {
            console.WriteLine(sentence);
        }

        if (preview.Conflicts.Any(c => c.NeedsAcceptance))
        {
            console.WriteLine();
            console.WriteLine("'hermes update create' refuses what is a conflict, unless --accept is given.");
        }
    }

    private static string Whole(long? number) => number?.ToString("N0", CultureInfo.InvariantCulture) ?? "not known";

    private static string Ml(double? volume) => volume is { } known ? Tables.Ml(known) : "-";
}
