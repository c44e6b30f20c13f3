using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>run list</c>.</summary>
internal static class RunListVerb
{
    public static VerbCommand Create() => new VerbCommand(
        "list",
        "Lists the runs.",
        "hermes run list",
        "hermes run list --json").Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var runs = (await client.Runs.ListAsync(cancellationToken).ToListAsync(cancellationToken)).ConvertAll(r => RunDocument.Of(r, TimeProvider.System));
        context.Output.Result(runs, console =>
        {
            if (runs.Count == 0)
            {
                console.WriteLine("There are no runs yet. Start one with 'hermes train'.");
                return;
            }

            var table = Tables.Create("name", "state", "#step", "#of", "model", "created", "cause");
            foreach (var r in runs)
            {
                table.With(
                    r.Name,
                    r.State,
                    r.Step.ToString(CultureInfo.InvariantCulture),
                    r.StepsTotal.ToString(CultureInfo.InvariantCulture),
                    r.ModelVersion is null ? r.Model : $"{r.Model}@{r.ModelVersion}",
                    Tables.Time(r.Created),
                    r.Cause ?? r.Waits);
            }

            console.Write(table);
        });
        return ExitCodes.Success;
    });
}
