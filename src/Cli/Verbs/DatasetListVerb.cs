using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>dataset list</c>.</summary>
internal static class DatasetListVerb
{
    private static readonly Listing<DatasetState> Which = new();

    public static VerbCommand Create() => Which.AddTo(new VerbCommand(
        "list",
        "Lists the datasets.",
        "hermes dataset list",
        "hermes dataset list --search abdomen",
        "hermes dataset list --after abdomen --limit 50 --json")).Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var datasets = (await Which.Of(context, filter => client.Datasets.ListAsync(filter, cancellationToken), KeyOf).ToListAsync(cancellationToken))
            .Where(d => d.Declaration is not null)
            .Select(DatasetDocument.Of)
            .ToList();
        context.Output.Result(datasets, console =>
        {
            var table = Tables.Create("name", "modality", "site", "#version", "#cases", "#train", "#validation", "#test", "state");
            foreach (var d in datasets)
            {
                table.With([d.Name, d.Modality, d.Site, Count(d.Version), Count(d.Cases), .. d.Splits.Values.Select(Count), d.State]);
            }

            if (datasets.Count == 0)
            {
                console.WriteLine(Which.Nothing(context, "There are no datasets yet. Add one with 'hermes dataset add'."));
                return;
            }

            console.Write(table);
        });
        return ExitCodes.Success;
    });

    private static string KeyOf(string name) => name.Contains('/', StringComparison.Ordinal) ? name : Names.DatasetKey(Names.DefaultSite, name);

    private static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);
}
