using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>dataset add</c>.</summary>
internal static class DatasetAddVerb
{
    private static readonly Argument<string> Name = new("name") { Description = "The dataset's name; its tasks are called NAME/structure.", HelpName = "NAME" };
    private static readonly Option<string> Modality = new("--modality")
    {
        Description = "ct, pet, t1, t2, cine, mr (unknown MRI) or another.",
        HelpName = "MODALITY",
        Required = true,
    };
    private static readonly Option<string> Images = new("--images") { Description = "The images: a folder, a quoted pattern or a file.", HelpName = "DIR|GLOB", Required = true };
    private static readonly Option<string> Labels = new("--labels")
    {
        Description = "The label volumes, paired with the images by file stem.",
        HelpName = "DIR|GLOB",
        Required = true,
    };
    private static readonly Option<string> LabelNamesFile = new("--label-names")
    {
        Description = "Which value is which structure: {\"1\": \"spleen\"}.",
        HelpName = "FILE.json",
        Required = true,
    };
    private static readonly Option<string> Site = new("--site")
    {
        Description = "The site the dataset belongs to.",
        HelpName = "SITE",
        DefaultValueFactory = _ => Names.DefaultSite,
    };
    private static readonly Option<string?> SplitBy = new("--split")
    {
        Description = "All cases to train or to test, or a file with 'case split' lines; drawn once per patient otherwise.",
        HelpName = "train|test|FILE",
    };
    private static readonly Option<string[]> Shares = new("--share")
    {
        Description = "This structure is a task that another dataset declared; they then share one prior.",
        HelpName = "TASK=other/TASK",
    };
    private static readonly Option<string?> Grow = new("--grow") { Description = "This model begins to learn the dataset, this and every later version, as soon as that is ready.", HelpName = "MODEL" };
    private static readonly Option<bool> IsDryRun = new("--dry-run") { Description = "Look into every file as the add would and say what would be added; needs no platform." };

    public static VerbCommand Create() => new VerbCommand(
        "add",
        "Adds a dataset: pairs images and labels by file stem ('_0000' and '_gt' dropped), sends them, waits until every case was looked into. One bad file refuses the whole add and every bad file is named; hidden files are passed over; a volume has at most 536870912 voxels.",
        "hermes dataset add abdomen --modality ct --images imagesTr --labels labelsTr --label-names names.json",
        "hermes dataset add brain --modality t1 --images 'scans/*_t1.nii.gz' --labels masks --label-names names.json --split split.txt",
        "hermes dataset add lesions --modality pet --images img --labels seg --label-names names.json --grow universal",
        "hermes dataset add chest --modality ct --images ct --labels seg --label-names names.json --share liver=abdomen/liver --dry-run")
    {
        Name, Modality, Images, Labels, LabelNamesFile, Site, SplitBy, Shares, Grow, IsDryRun,
    }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var name = Names.Require(context.Get(Name), "dataset");
        var pairing = CasePairing.Find(context.Get(Images)!, context.Get(Labels));
        var declaration = new DatasetDeclaration
        {
            Name = name,
            Site = Names.Require(context.Get(Site), "site"),
            Modality = Names.Require(context.Get(Modality)!.ToLowerInvariant(), "modality"),
            Labels = LabelNames.Read(context.Get(LabelNamesFile)!, name, ReadShares(context.Get(Shares) ?? [])),
            Grow = context.Get(Grow) is { } model ? Names.Require(model, "model") : null,
        };

        // A case without a label teaches nothing; it is named and left out.
        var labelled = pairing.Cases.Where(c => c.Label is not null).ToList();
        var source = new DatasetSource { Declaration = declaration, Cases = SplitFile.Apply(context.Get(SplitBy), labelled) };
        SayLeftOut(pairing);
        if (context.Get(IsDryRun))
        {
            Plan(context, source, pairing, await DryRun.LookAsync(source, context.Progress, cancellationToken));
            return ExitCodes.Success;
        }

        var client = await context.ConnectAsync(cancellationToken);
        if (declaration.Grow is { } grows)
        {
            await client.Models.GetAsync(grows, cancellationToken);
        }

        var outcome = await AddAsync(context, client, source, cancellationToken);
        context.Progress.Clear();
        if (outcome.WasThere)
        {
            throw new HermesException(
                $"The dataset '{name}' exists already, with exactly these {outcome.Status.Cases} cases.",
                hint: $"See it with 'hermes dataset show {name}', or choose another name.");
        }

        var document = DatasetDocument.Of(outcome.Status);
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
                if (declaration.Grow is { } grows)
                {
                    console.WriteLine($"The model '{grows}' begins to learn it: 'hermes dataset show {document.Name}' says how far that is.");
                }

                SayWarnings(console, document.Warnings, document.WarningCount, $"hermes dataset show {document.Name}");
            });
        return ExitCodes.Success;
    }

    private static async Task<AddOutcome> AddAsync(VerbContext context, HermesClient client, DatasetSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Datasets.AddAsync(source, context.Progress.Add(), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Progress.Clear();
            VerbOutput.Remark($"The add of '{source.Declaration.Name}' was cancelled; nothing of it is kept.");
            throw;
        }
    }

    private static Dictionary<string, string> ReadShares(string[] shares)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var share in shares.SelectMany(s => s.Split(',')))
        {
            if (share.Split('=') is not [{ Length: > 0 } from, { Length: > 0 } to] || !result.TryAdd(from, to))
            {
                throw new UsageException($"--share is '{share}'; TASK=other/TASK was expected, each task once.", "For example --share liver=amos/liver.");
            }
        }

        return result;
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

    private static void SayLeftOut(CasePairing pairing)
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

    private static void Plan(VerbContext context, DatasetSource source, CasePairing pairing, IReadOnlyList<string> warnings) => context.Output.Result(
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
            console.WriteLine($"{source.Cases.Count} cases would be added to '{source.Declaration.Site}/{source.Declaration.Name}'. Nothing was sent; whether the name is free is asked when it is added.");
        });
}
