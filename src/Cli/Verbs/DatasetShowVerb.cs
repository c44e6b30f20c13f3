using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>dataset show</c>.</summary>
internal static class DatasetShowVerb
{
    private const int CasesShown = 40;
    private static readonly Argument<string> Name = new("name") { Description = "The dataset, or SITE/NAME.", HelpName = "NAME" };

    private static readonly Option<bool> Refusals = new("--refusals") { Description = "List every reason why the last add or append was refused, not only the first fifty." };

    public static VerbCommand Create() => new VerbCommand(
        "show",
        "Shows a dataset: its label map, splits, cases and warnings, and the progress or the refusal of an add or append.",
        "hermes dataset show abdomen",
        "hermes dataset show abdomen --refusals",
        "hermes dataset show hospital/abdomen --json") { Name, Refusals }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        var key = await client.Datasets.ResolveAsync(context.Get(Name), cancellationToken);
        var status = await client.Datasets.GetAsync(key, cancellationToken);
        var cases = !status.State.HasVersion() ? [] : await client.Datasets.GetCasesAsync(key, 0, cancellationToken).ToListAsync(cancellationToken);
        var document = DatasetDocument.Of(status) with { CaseList = [.. cases.Select(DatasetDocument.CaseRow.Of)] };
        if (context.Get(Refusals))
        {
            document = document with { Problems = await client.Datasets.GetProblemsAsync(key, cancellationToken).ToListAsync(cancellationToken) };
        }

        context.Output.Result(document, console => Render(console, document));
        return ExitCodes.Success;
    });

    private static void Render(IAnsiConsole console, DatasetDocument d)
    {
        console.Facts(
            ("dataset", $"{d.Site}/{d.Name}"),
            ("state", d.IngestTotal > 0 ? $"{d.State} ({d.Ingested} of {d.IngestTotal} cases)" : d.State),
            ("waits", d.Waits),
            ("modality", d.Modality),
            ("label schema", d.LabelSchema),
            ("version", d.Version.ToString(CultureInfo.InvariantCulture)),
            ("cases", $"{d.Cases} ({string.Join(", ", d.Splits.Select(s => $"{s.Value} {s.Key}"))})"),
            ("withdrawn", d.Withdrawal is { } w ? $"{Tables.Time(w.At)}{(w.IsDone ? "" : ", not finished yet")}" : null),
            ("live in", string.Join(", ", d.Uses.Select(u => $"{u.Model}@{u.ModelVersion} ({(u.IsTrunk ? "trunk" : "branch")}, version {u.Version})"))),
            ("learned by", string.Join(", ", d.Updates.Select(u => $"{u.Update} ({u.State}{(u.Cause is { } cause ? $": {cause}" : "")})"))));
        if (d is { ProblemCount: > 0, Version: > 0 })
        {
            console.WriteLine($"The last append was refused; version {d.Version} is as it was.");
        }

        foreach (var problem in d.Problems)
        {
            console.WriteLine($"problem: {problem.Message}");
        }

        if (d.ProblemCount > d.Problems.Count)
        {
            console.WriteLine($"and {d.ProblemCount - d.Problems.Count} more problems: hermes dataset show {d.Name} --refusals");
        }

        OfferedCases.SayWarnings(console, d.Warnings, d.WarningCount, $"hermes dataset show {d.Name}");

        console.WriteLine();
        var labels = Tables.Create("#value", "structure", "task", "#volume (ml)");
        foreach (var label in d.Labels)
        {
            labels.With(label.Value.ToString(CultureInfo.InvariantCulture), label.Structure, label.Task, Tables.Ml(label.VolumeMl));
        }

        console.Write(labels);
        if (d.CaseList is not { Count: > 0 } list)
        {
            return;
        }

        console.WriteLine();
        var cases = Tables.Create("case", "split", "size", "spacing (mm)", "axes", "#warnings");
        foreach (var c in list.Take(CasesShown))
        {
            cases.With(
                c.Case,
                c.Split,
                string.Join("x", c.Size),
                string.Join("x", c.SpacingMm.Select(Tables.Number)),
                c.Orientation,
                c.Warnings.Count == 0 ? "" : c.Warnings.Count.ToString(CultureInfo.InvariantCulture));
        }

        console.Write(cases);
        if (list.Count > CasesShown)
        {
            console.WriteLine($"and {list.Count - CasesShown} more; --json lists all.");
        }
    }
}
