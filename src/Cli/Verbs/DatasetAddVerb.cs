using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;

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
    private static readonly Option<string[]> Shares = new("--share")
    {
        Description = "This structure is a task that another dataset declared; they then share one prior.",
        HelpName = "TASK=other/TASK",
    };
    private static readonly Option<string?> Grow = new("--grow") { Description = "This model begins to learn the dataset, this and every later version, as soon as that is ready.", HelpName = "MODEL" };

    public static VerbCommand Create() => new VerbCommand(
        "add",
        "Adds a dataset: pairs images and labels by file stem ('_0000' and '_gt' dropped), sends them, waits until every case was looked into. One bad file refuses the whole add and every bad file is named; hidden files are passed over; a volume has at most 536870912 voxels.",
        "hermes dataset add abdomen --modality ct --images imagesTr --labels labelsTr --label-names names.json",
        "hermes dataset add brain --modality t1 --images 'scans/*_t1.nii.gz' --labels masks --label-names names.json --split split.txt",
        "hermes dataset add lesions --modality pet --images img --labels seg --label-names names.json --grow universal",
        "hermes dataset add chest --modality ct --images ct --labels seg --label-names names.json --share liver=abdomen/liver --dry-run")
    {
        Name, Modality, OfferedCases.Images, OfferedCases.Labels, LabelNamesFile, Site, OfferedCases.SplitBy, Shares, Grow, OfferedCases.DryRunOnly,
    }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var name = Names.Require(context.Get(Name), "dataset");
        var offered = OfferedCases.Find(context);
        var source = offered.Of(new DatasetDeclaration
        {
            Name = name,
            Site = Names.Require(context.Get(Site), "site"),
            Modality = Names.Require(context.Get(Modality)!.ToLowerInvariant(), "modality"),
            Labels = LabelNames.Read(context.Get(LabelNamesFile)!, name, ReadShares(context.Get(Shares) ?? [])),
            Grow = context.Get(Grow) is { } model ? Names.Require(model, "model") : null,
        });
        if (offered.IsDryRun)
        {
            await offered.PlanAsync(source, "whether the name is free is asked when it is added.", cancellationToken);
            return ExitCodes.Success;
        }

        var client = await context.ConnectAsync(cancellationToken);
        if (source.Declaration.Grow is { } grows)
        {
            await client.Models.GetAsync(grows, cancellationToken);
        }

        var outcome = await offered.SendAsync(source, $"The add of '{name}'", client.Datasets.AddAsync, cancellationToken);
        if (outcome.WasThere)
        {
            throw new HermesException(
                $"The dataset '{name}' exists already, with exactly these {outcome.Status.Cases} cases.",
                hint: $"See it with 'hermes dataset show {name}', or choose another name.");
        }

        offered.Tell(outcome.Status);
        return ExitCodes.Success;
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
}
