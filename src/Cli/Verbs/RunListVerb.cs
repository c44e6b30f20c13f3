using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>run list</c>.</summary>
internal static class RunListVerb
{
    private static readonly Listing<RunState> Which = new();

    public static VerbCommand Create() => Which.AddTo(new VerbCommand(
        "list",
        "Lists the runs.",
        "hermes run list",
        "hermes run list --state failed --search abdomen",
        "hermes run list --after first --limit 50 --json")).Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var runs = await Which.Of(context, filter => client.Runs.ListAsync(filter, cancellationToken))
            .Select(r => RunDocument.Of(r, TimeProvider.System)).ToListAsync(cancellationToken);
        context.Output.Result(runs, console =>
        {
            if (runs.Count == 0)
            {
                console.WriteLine(Which.Nothing(context, "There are no runs yet. Start one with 'hermes train'."));
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
