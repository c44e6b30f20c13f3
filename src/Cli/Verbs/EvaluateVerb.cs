using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client.Evaluations;
using Hermes.Client.Models;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>evaluate</c>.</summary>
internal static class EvaluateVerb
{
    private static readonly Option<string> Model = new("--model")
    {
        Description = "The model; its live version unless one is named.",
        HelpName = "NAME[@VERSION]",
        DefaultValueFactory = _ => Names.DefaultModel,
    };
    private static readonly Option<string> Dataset = new("--dataset") { Description = "The dataset, or SITE/NAME.", HelpName = "NAME", Required = true };
    private static readonly Option<string> SplitName = new("--split")
    {
        Description = "The cases to measure on; train is all that training looked at, validation cases too.",
        DefaultValueFactory = _ => "test",
    };
    private static readonly Option<string?> ReportFile = new("--output", "-o")
    {
        Description = "Also write the report, as --json prints it, to this file.",
        HelpName = "report.json",
    };
    private static readonly Option<bool> Force = new("--force") { Description = "Replace a report that exists." };

    static EvaluateVerb() => SplitName.AcceptOnlyFromAmong("test", "train", "all");

    public static VerbCommand Create() => new VerbCommand(
        "evaluate",
        "Measures a model on labelled cases: Dice per task at the images' own grid. The mean is over tasks, of the mean over the cases whose reference has the task.",
        "hermes evaluate --model universal --dataset abdomen",
        "hermes evaluate --model universal@2 --dataset abdomen --split all -o report.json") { Model, Dataset, SplitName, ReportFile, Force }.Does(RunAsync);

    public static IReadOnlyList<Split> Splits(string name) => name switch
    {
        "test" => [Split.Test],
        "train" => [Split.Train, Split.Validation],
        _ => Enum.GetValues<Split>(),
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var from = TimeProvider.System.GetTimestamp();
        var model = ModelReference.Parse(context.Get(Model)!);
        if (context.Get(ReportFile) is { } planned)
        {
            OutputFile.Check(planned, context.Get(Force));
        }

        var client = await context.ConnectAsync(cancellationToken);
        var request = new EvaluationRequest
        {
            Model = model,
            Dataset = await client.Datasets.ResolveAsync(context.Get(Dataset)!, cancellationToken),
            Splits = Splits(context.Get(SplitName)!),
        };
        var report = await client.Evaluations.EvaluateAsync(request, context.Progress.Evaluation("evaluate"), cancellationToken);
        context.Progress.Clear();
        var document = EvaluationDocument.Of(report, context.Get(SplitName)!, TimeProvider.System.GetElapsedTime(from).TotalSeconds);
        if (context.Get(ReportFile) is { } file)
        {
            await JsonFile.WriteAsync(file, document, context.Get(Force), cancellationToken);
        }

        context.Output.Result(document, console => Render(console, document));
        return ExitCodes.Success;
    }

    private static void Render(IAnsiConsole console, EvaluationDocument d)
    {
        var table = Tables.Create("task", "#Dice", "#cases", "#absent in", "#found there (ml)");
        foreach (var task in d.Tasks)
        {
            table.With(
                task.Task,
                Tables.Dice(task.Dice),
                task.Cases.ToString(CultureInfo.InvariantCulture),
                task.AbsentCases == 0 ? "" : task.AbsentCases.ToString(CultureInfo.InvariantCulture),
                task.AbsentCases == 0 ? "" : Tables.Ml(task.AbsentFoundMl));
        }

        table.With("mean over tasks", Tables.Dice(d.MeanDice));
        console.Write(table);
        console.WriteLine();
        console.Facts(
            ("model", d.Model),
            ("dataset", $"{d.Dataset}, split {d.Split}, {d.Cases.Count} cases"),
            ("time", Tables.Seconds(d.SecondsTotal)));
        NotLearned.Tell(console, d.NotLearned);
    }
}
