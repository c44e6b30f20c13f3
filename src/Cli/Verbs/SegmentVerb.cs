using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>segment</c>.</summary>
internal static class SegmentVerb
{
    private static readonly Argument<string> Input = new("input") { Description = "The volume: NIfTI, .nii or .nii.gz.", HelpName = "INPUT" };
    private static readonly Option<string> OutputFile = new("--output", "-o")
    {
        Description = "The label map to write; a table of its values is written beside it as .json.",
        HelpName = "OUTPUT.nii.gz",
        Required = true,
    };
    private static readonly Option<string> Model = new("--model")
    {
        Description = "The model; its live version unless one is named.",
        HelpName = "NAME[@VERSION]",
        DefaultValueFactory = _ => Names.DefaultModel,
    };
    private static readonly Option<string?> Group = new("--dataset")
    {
        Description = "The prompt group to ask, a dataset's name; chosen by tasks or modality when not given. Of several, with commas between, each is written as OUTPUT_PROMPT-GROUP.nii.gz.",
        HelpName = "PROMPT-GROUP[,…]",
    };
    private static readonly Option<string?> Tasks = new("--tasks")
    {
        Description = "The tasks wanted, with commas between, in output order; all of the group when not given.",
        HelpName = "a/liver,a/spleen",
    };
    private static readonly Option<string?> Modality = new("--modality") { Description = "The modality of the volume; the prompt group's when not given.", HelpName = "ct" };
    private static readonly Option<bool> Separate = new("--separate")
    {
        Description = "Write one mask per task, OUTPUT_TASK.nii.gz, instead of one label map. Each is found by itself, so masks may overlap; in a label map every voxel goes to the task of the whole prompt group that claims it most, whichever were asked for.",
    };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace output files that exist." };

    public static VerbCommand Create() => new VerbCommand(
        "segment",
        "Segments a volume. The answer lies on the volume's own grid.",
        "hermes segment scan.nii.gz -o organs.nii.gz",
        "hermes segment scan.nii.gz -o organs.nii.gz --model universal@2 --dataset abdomen --tasks abdomen/liver,abdomen/spleen",
        "hermes segment scan.nii.gz -o organs.nii.gz --dataset abdomen,lesions        organs_abdomen.nii.gz and organs_lesions.nii.gz, faster than one after the other",
        "hermes segment scan.nii.gz -o masks.nii.gz --modality ct --separate") { Input, OutputFile, Model, Group, Tasks, Modality, Separate, Force }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var input = context.Get(Input);
        if (!File.Exists(input))
        {
            throw new HermesException(Directory.Exists(input) ? $"{input} is a folder; a NIfTI file was expected." : $"There is no file {input}.", input);
        }

        var separate = context.Get(Separate);
        var (groups, tasks) = (List(context.Get(Group)), List(context.Get(Tasks)));
        if (groups.Length > 1 && tasks.Length > 0)
        {
            throw new UsageException("Tasks were named for several prompt groups.", "Ask for the tasks of one prompt group at a time, or leave --tasks out.");
        }

        if (groups.Distinct(StringComparer.Ordinal).Count() != groups.Length)
        {
            throw new UsageException("A prompt group was named twice.", "Name each once.");
        }

        var targets = SegmentationFiles.Of(context.Get(OutputFile)!, groups, context.Get(Force));
        foreach (var target in targets)
        {
            target.CheckBefore(input, separate, []);
        }

        var reference = ModelReference.Parse(context.Get(Model)!);
        var client = await context.ConnectAsync(cancellationToken);
        var version = await client.Models.ResolveAsync(reference, cancellationToken);
        var image = await client.Blobs.HashAsync(input, null, context.Progress.Transfers(), cancellationToken);
        var questions = (groups.Length == 0 ? new string?[] { null } : groups).Select(group => PromptResolution.Resolve(
            new SegmentationQuestion
            {
                Image = image,
                ImageFile = input,
                PromptGroup = group,
                Tasks = tasks,
                Modality = context.Get(Modality)?.ToLowerInvariant(),
                Separate = separate,
            },
            version)).ToList();
        foreach (var (target, question) in targets.Zip(questions))
        {
            target.CheckBefore(input, separate, [.. question.Prompt.Wanted.Select(l => l.Task)]);
        }

        await client.Blobs.UploadAsync(input, image, context.Progress.Transfers(), cancellationToken);
        var results = await client.Segmentations.AnswerAsync(questions, context.Progress.Segmentation(), cancellationToken);

        var documents = new List<SegmentationDocument>();
        foreach (var (target, result) in targets.Zip(results))
        {
            var rows = await target.WriteAsync(client, result, context.Progress.Transfers(), cancellationToken);
            documents.Add(new SegmentationDocument(
                input,
                separate ? null : target.LabelMap,
                $"{version.Model}@{version.Version}",
                result.PromptGroup,
                result.Modality,
                result.GeometryChecked,
                result.Windows,
                Math.Round(result.Seconds, 2),
                rows,
                result.Warnings));
            await target.WriteTableAsync(documents[^1], cancellationToken);
        }

        context.Progress.Clear();
        if (documents is [var only])
        {
            context.Output.Result(only, console => Render(console, only));
        }
        else
        {
            context.Output.Result(new SegmentationsDocument(documents), console => documents.ForEach(d => Render(console, d)));
        }

        return ExitCodes.Success;
    }

    private static string[] List(string? names) => (names ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void Render(IAnsiConsole console, SegmentationDocument d)
    {
        var table = Tables.Create("task", "#value", "#volume (ml)");
        foreach (var task in d.Tasks)
        {
            table.With(task.Task, task.Value.ToString(CultureInfo.InvariantCulture), Tables.Ml(task.VolumeMl));
        }

        console.Write(table);
        console.WriteLine();
        OfferedCases.SayWarnings(console, d.Warnings, d.Warnings.Count, "");
        console.Facts(
            ("model", $"{d.Model}, prompt group {d.PromptGroup}, modality {d.Modality}"),
            ("time", $"{Tables.Seconds(d.Seconds)}, {d.Windows} windows"),
            ("written", d.Output ?? string.Join(", ", d.Tasks.Select(t => t.File))));
    }
}
