using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Cli.Quickstart;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>quickstart</c>.</summary>
internal static class QuickstartVerb
{
    private static readonly Option<bool> Keep = new("--keep") { Description = "Keep scans, models and segmentations; says where they are." };
    private static readonly Option<string?> DataDirectory = new("--data-dir")
    {
        Description = "Work and keep everything in this folder; a quickstart that was cut off goes on there.",
        HelpName = "DIR",
    };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of the scans and of the training.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public static VerbCommand Create() => new VerbCommand(
        "quickstart",
        "The whole way on synthetic scans. Starts a platform of its own, makes three datasets of different modalities, trains one network, segments volumes it has never seen and reports how good it is. Takes minutes.",
        "hermes quickstart",
        "hermes quickstart --data-dir try --seed 1",
        "hermes quickstart --keep --json") { Keep, DataDirectory, Seed }.Does(async (context, cancellationToken) =>
    {
        var seed = context.Get(Seed);
        using var folder = await QuickstartFolder.OpenAsync(context.Get(DataDirectory), context.Get(Keep), seed, cancellationToken);
        var document = await new QuickstartWork(folder, seed, context.Progress).RunAsync(cancellationToken);
        context.Progress.Clear();
        context.Output.Result(document, console => Render(console, document));
        return ExitCodes.Success;
    });

    private static void Render(IAnsiConsole console, QuickstartDocument d)
    {
        var tasks = Tables.Create("task", "#Dice", "#held-out cases");
        foreach (var task in d.Tasks)
        {
            tasks.With(task.Task, Tables.Dice(task.Dice), task.Cases.ToString(CultureInfo.InvariantCulture));
        }

        tasks.With("mean", Tables.Dice(d.MeanDice));
        console.Write(tasks);
        console.WriteLine();
        var phases = Tables.Create("phase", "#seconds");
        foreach (var phase in d.Phases)
        {
            phases.With(phase.Name, phase.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
        }

        phases.With("total", d.SecondsTotal.ToString("0.0", CultureInfo.InvariantCulture));
        console.Write(phases);
        NotLearned.Tell(console, d.NotLearned);
        console.WriteLine();
        if (d.DataDir is null)
        {
            console.WriteLine("Nothing was kept; --keep or --data-dir DIR keeps scans, model and segmentations.");
            return;
        }

        console.WriteLine($"Everything is in {d.DataDir}; the {d.Segmentations.Count} segmentations lie beside their images:");
        foreach (var folder in d.Segmentations.Select(Path.GetDirectoryName).Distinct())
        {
            console.WriteLine($"  {folder}");
        }

        console.WriteLine($"Go on with this platform: hermes serve --data-dir {Path.Combine(d.DataDir, "platform")}");
    }
}
