using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Cli.Quickstart;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>demo incremental</c>.</summary>
internal static class DemoIncrementalVerb
{
    private static readonly Option<bool> Keep = new("--keep") { Description = "Keep scans and models; says where they are." };
    private static readonly Option<string?> DataDirectory = new("--data-dir")
    {
        Description = "Work and keep everything in this folder. The folder of a quickstart of the same seed will do: its model grows.",
        HelpName = "DIR",
    };
    private static readonly Option<long> Seed = new("--seed") { Description = "Seed of the scans and of the training.", HelpName = "N", DefaultValueFactory = _ => 0 };
    private static readonly Option<Budget?> Budget = Verbs.Budget.Option();
    private static readonly Option<string> Policy = new("--policy") { Description = "What may change; see 'update create'.", DefaultValueFactory = _ => "branch" };

    private static readonly Option<bool> Baseline = new("--baseline") { Description = "Also learn a network of its own for the new dataset with the same budget." };

    static DemoIncrementalVerb() => Policy.AcceptOnlyFromAmong([.. Enum.GetNames<UpdatePolicy>().Select(p => p.ToLowerInvariant())]);

    public static VerbCommand Create() => new VerbCommand(
        "incremental",
        "Lets the quickstart's model learn two organs it has never been shown, and compares everything it knew before and after, to the bit. Takes minutes.",
        "hermes demo incremental",
        "hermes demo incremental --data-dir try --seed 1 --json",
        "hermes demo incremental --policy full --baseline         a new trunk instead: every old task's change is shown, and too large a loss refused") { Keep, DataDirectory, Seed, Budget, Policy, Baseline }.Does(async (context, cancellationToken) =>
    {
        var seed = context.Get(Seed);
        using var folder = await QuickstartFolder.OpenAsync(context.Get(DataDirectory), context.Get(Keep), seed, cancellationToken);
        var policy = Enum.Parse<UpdatePolicy>(context.Get(Policy)!, ignoreCase: true);
        var budget = context.Get(Budget);
        var document = await new IncrementalDemoWork(folder, seed, policy, context.Get(Baseline), budget?.Steps, budget?.Minutes, context.Progress).RunAsync(cancellationToken);
        context.Progress.Clear();
        context.Output.Result(document, console => Render(console, document));
        return document is { Certified: true, ControlDiffers: not false } && (document.BitIdentical || policy is UpdatePolicy.Decoder or UpdatePolicy.Full)
            ? ExitCodes.Success
            : ExitCodes.Failed;
    });

    private static void Render(IAnsiConsole console, IncrementalDemoDocument d)
    {
        var tasks = Tables.Create("task", "#Dice before", "#after", "#at least", "#of its own");
        foreach (var task in d.OldTasks)
        {
            tasks.With(task.Task, Tables.Dice(task.Before), Tables.Dice(task.After), task.LowerBound is { } bound ? Tables.Change(bound) : "");
        }

        foreach (var task in d.NewTasks)
        {
            tasks.With(task.Task, "", Tables.Dice(task.Dice), "", task.Baseline is { } own ? Tables.Dice(own) : "");
        }

        console.Write(tasks);
        console.WriteLine();
        foreach (var remark in d.Remarks)
        {
            console.WriteLine(remark);
        }

        console.WriteLine((d.IsTrunk, d.Certified, d.BitIdentical) switch
        {
            (true, true, _) => "Old answers changed, none by more than the tolerance.",
            (true, false, _) => "It was not certified, so the model answers as before.",
            (_, _, true) => "Every old answer is the same file as before.",
            _ => "An old answer changed.",
        });
        if (d.ControlDiffers is { } differs)
        {
            console.WriteLine(differs
                ? "With the new branch wrongly switched on an old answer is another one, so the comparison can fail."
                : "With the new branch wrongly switched on the old answer is the same, so the comparison proves nothing.");
        }

        if (d.Minutes is { } minutes)
        {
            console.WriteLine($"The budget of {Tables.Seconds(60 * minutes)} became {d.Steps} steps.");
        }

        console.WriteLine($"The update took {Tables.Seconds(d.SecondsUpdate)}, all of it {Tables.Seconds(d.SecondsTotal)}.");
        if (d.DataDir is not null)
        {
            console.WriteLine($"Go on with this platform: hermes serve --data-dir {Path.Combine(d.DataDir, "platform")}");
        }
    }
}
