using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Models;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>model list</c>.</summary>
internal static class ModelListVerb
{
    public static VerbCommand Create() => new VerbCommand(
        "list",
        "Lists the models.",
        "hermes model list",
        "hermes model list --json").Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var models = (await client.Models.ListAsync(cancellationToken).ToListAsync(cancellationToken)).ConvertAll(ModelDocument.Of);
        context.Output.Result(models, console =>
        {
            if (models.Count == 0)
            {
                console.WriteLine("There are no models yet. 'hermes train' makes one.");
                return;
            }

            var table = Tables.Create("name", "#versions", "#live", "network", "#tasks", "published");
            foreach (var model in models)
            {
                var live = model.Aliases.GetValueOrDefault(IModelGrain.LiveAlias);
                var version = model.Versions.LastOrDefault(v => v.Version == live);
                table.With(
                    model.Name,
                    model.Versions.Count.ToString(CultureInfo.InvariantCulture),
                    live.ToString(CultureInfo.InvariantCulture),
                    version?.Network,
                    version?.Tasks.Count.ToString(CultureInfo.InvariantCulture),
                    Tables.Time(version?.Published));
            }

            console.Write(table);
        });
        return ExitCodes.Success;
    });
}
