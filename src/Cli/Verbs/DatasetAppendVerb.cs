using System.CommandLine;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;

namespace Hermes.Cli.Verbs;

/// <summary><c>dataset append</c>.</summary>
internal static class DatasetAppendVerb
{
    private static readonly Argument<string> Name = new("name") { Description = "The dataset, or SITE/NAME.", HelpName = "NAME" };
    private static readonly Option<string?> Modality = new("--modality") { Description = "The modality, where it is to be compared with the dataset's.", HelpName = "MODALITY" };
    private static readonly Option<string?> LabelNamesFile = new("--label-names")
    {
        Description = "Which value is which structure, where it is to be compared with the dataset's label map.",
        HelpName = "FILE.json",
    };

    public static VerbCommand Create() => new VerbCommand(
        "append",
        "Appends cases to a dataset: sends them as 'dataset add' does and makes the next version, all cases of the one before and these. What was drawn keeps its split; earlier versions stay as they are. The label map is the dataset's own; cases that are labelled otherwise are a dataset of another name.",
        "hermes dataset append abdomen --images newTr --labels newLabels",
        "hermes dataset append hospital/abdomen --images ct --labels seg --split split.txt",
        "hermes dataset append abdomen --images newTr --labels newLabels --label-names names.json --dry-run")
    {
        Name, OfferedCases.Images, OfferedCases.Labels, LabelNamesFile, Modality, OfferedCases.SplitBy, OfferedCases.DryRunOnly,
    }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var offered = OfferedCases.Find(context);
        var datasets = (await context.ConnectAsync(cancellationToken)).Datasets;
        var status = await datasets.GetAsync(await datasets.ResolveAsync(context.Get(Name), cancellationToken), cancellationToken);
        var own = status.Declaration!;
        var source = offered.Of(own with { Modality = context.Get(Modality)?.ToLowerInvariant() ?? own.Modality, Labels = ReadLabels(context.Get(LabelNamesFile), own) });
        if (offered.IsDryRun)
        {
            await datasets.CheckAppendAsync(source, cancellationToken);
            await offered.PlanAsync(source, "whether its cases are new is asked when they are appended.", cancellationToken);
            return ExitCodes.Success;
        }

        var outcome = await offered.SendAsync(source, $"The append to '{own.Name}'", datasets.AppendAsync, cancellationToken);
        if (outcome.WasThere)
        {
            throw new HermesException($"Nothing is new: dataset '{own.Name}' has all {source.Cases.Count} cases already.").With(Remedy.ShowDataset, own.Name);
        }

        offered.Tell(outcome.Status);
        return ExitCodes.Success;
    }

    // A file says values and names; whose task a name is, the dataset said once.
    private static IReadOnlyList<LabelEntry> ReadLabels(string? file, DatasetDeclaration own) => file is null
        ? own.Labels
        : [.. LabelNames.Read(file, own.Name).Select(l => l with { Task = own.Labels.FirstOrDefault(o => o.Structure == l.Structure)?.Task ?? l.Task })];
}
