using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces.Datasets;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary>The cases on the user's disk that <c>dataset add</c> and <c>dataset append</c> offer, and what is said of them.</summary>
internal sealed class OfferedCases(VerbContext context, CasePairing pairing)
{
    public static Option<string> Images { get; } = new("--images") { Description = "The images: a folder, a quoted pattern or a file.", HelpName = "DIR|GLOB", Required = true };

    public static Option<string> Labels { get; } = new("--labels")
    {
        Description = "The label volumes, paired with the images by file stem.",
        HelpName = "DIR|GLOB",
        Required = true,
    };

    public static Option<string?> SplitBy { get; } = new("--split")
    {
        Description = "All cases to train or to test, or a file with 'case split' lines; drawn once per patient otherwise.",
        HelpName = "train|test|FILE",
    };

    public static Option<bool> DryRunOnly { get; } = new("--dry-run") { Description = "Look into every file as the command would, say what it would do, and send nothing." };

    /// <summary>Whether the files are to be looked into and nothing else.</summary>
    public bool IsDryRun => context.Get(DryRunOnly);

    /// <summary>Pairs the files that the command names.</summary>
    public static OfferedCases Find(VerbContext context) => new(context, CasePairing.Find(context.Get(Images)!, context.Get(Labels)));

    /// <summary>The cases as those of a dataset; says which files are none.</summary>
    public DatasetSource Of(DatasetDeclaration declaration)
    {
        // A case without a label teaches nothing; it is named and left out.
        var labelled = pairing.Cases.Where(c => c.Label is not null).ToList();
        var source = new DatasetSource { Declaration = declaration, Cases = SplitFile.Apply(context.Get(SplitBy), labelled) };
        SayLeftOut();
        return source;
    }

    /// <summary>Sends them and waits until every case was looked into.</summary>
    /// <param name="source">The cases.</param>
    /// <param name="what">What the command does, for a sentence.</param>
    /// <param name="send">How they are sent.</param>
    /// <param name="cancellationToken">Gives up; nothing is kept.</param>
    public async Task<AddOutcome> SendAsync(
        DatasetSource source, string what, Func<DatasetSource, IProgress<AddProgress>?, CancellationToken, Task<AddOutcome>> send, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await send(source, context.Progress.Add(), cancellationToken);
            context.Progress.Clear();
            return outcome;
        }
        catch (OperationCanceledException)
        {
            context.Progress.Clear();
            VerbOutput.Remark($"{what} was cancelled; nothing of it is kept.");
            throw;
        }
    }

    /// <summary>Says what the dataset is now.</summary>
    public void Tell(DatasetStatus status)
    {
        var document = DatasetDocument.Of(status);
        context.Output.Result(
            new
            {
                document.Name,
                document.Site,
                document.Modality,
                document.State,
                document.Version,
                document.Cases,
                document.Splits,
                document.Warnings,
                document.WarningCount,
                pairing.ImagesWithoutLabel,
                pairing.LabelsWithoutImage,
                pairing.SecondChannels,
                PassedOver = pairing.PassedOver.Count,
                DryRun = false,
            },
            console =>
            {
                var splits = string.Join(", ", document.Splits.Where(s => s.Value > 0).Select(s => $"{s.Value} {s.Key}"));
                console.MarkupLineInterpolated($"Dataset [bold]{document.Name}[/] is ready: version {document.Version}, {document.Cases} cases ({splits}).");
                if (status.Declaration?.Grow is { } grows)
                {
                    console.WriteLine($"The model '{grows}' begins to learn it: 'hermes dataset show {document.Name}' says how far that is.");
                }

                SayWarnings(console, document.Warnings, document.WarningCount, $"hermes dataset show {document.Name}");
            });
    }

    /// <summary>Looks into the files and says what the command would do.</summary>
    /// <param name="source">The cases.</param>
    /// <param name="open">What is asked only when they are sent.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task PlanAsync(DatasetSource source, string open, CancellationToken cancellationToken)
    {
        var warnings = await DryRun.LookAsync(source, context.Progress, cancellationToken);
        context.Output.Result(
            new
            {
                source.Declaration.Name,
                source.Declaration.Site,
                source.Declaration.Modality,
                Cases = source.Cases.Count,
                source.Declaration.Labels,
                CaseList = source.Cases.Select(c => new { Case = c.CaseId, c.Image, c.Label, Split = c.FixedSplit }),
                Warnings = warnings,
                pairing.ImagesWithoutLabel,
                pairing.LabelsWithoutImage,
                pairing.SecondChannels,
                PassedOver = pairing.PassedOver.Count,
                DryRun = true,
            },
            console =>
            {
                var cases = Tables.Create("case", "image", "label", "split");
                foreach (var one in source.Cases)
                {
                    cases.With(one.CaseId, one.Image, one.Label, one.FixedSplit?.ToString().ToLowerInvariant() ?? "(drawn)");
                }

                console.Write(cases);
                var labels = Tables.Create("#value", "structure", "task");
                foreach (var label in source.Declaration.Labels)
                {
                    labels.With(label.Value.ToString(CultureInfo.InvariantCulture), label.Structure, label.Task);
                }

                console.Write(labels);
                SayWarnings(console, warnings, warnings.Count, "");
                console.WriteLine($"{source.Cases.Count} cases would be added to '{source.Declaration.Site}/{source.Declaration.Name}'. Nothing was sent; {open}");
            });
    }

    /// <summary>One warning a line, then where the others are told.</summary>
    internal static void SayWarnings(IAnsiConsole console, IReadOnlyList<string> warnings, int count, string command)
    {
        foreach (var warning in warnings)
        {
            console.WriteLine($"warning: {warning}");
        }

        if (count > warnings.Count)
        {
            console.WriteLine($"and {count - warnings.Count} more warnings: {command} --json");
        }
    }

    private void SayLeftOut()
    {
        foreach (var file in pairing.ImagesWithoutLabel)
        {
            VerbOutput.Remark($"left out: {file} has no label with the same stem, so this image is no case.");
        }

        foreach (var file in pairing.LabelsWithoutImage)
        {
            VerbOutput.Remark($"left out: {file} has no image with the same stem, so this label is no case.");
        }

        foreach (var file in pairing.SecondChannels)
        {
            VerbOutput.Remark($"left out: {file} is a second channel; a case has one, _0000.");
        }

        if (pairing.PassedOver is [var first, ..])
        {
            VerbOutput.Remark($"passed over: {(pairing.PassedOver.Count == 1 ? "1 hidden file" : $"{pairing.PassedOver.Count} hidden files")}, such as {first}.");
        }
    }
}
