using System.CommandLine;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Client.Models;
using Hermes.Client.Progress;
using Hermes.Client.Relations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>study relations</c>, <c>show</c> and <c>cancel</c>.</summary>
internal static class StudyVerbs
{
    private const int Shown = 12;

    private static readonly Option<string> Model = new("--model")
    {
        Description = "The model; its live version unless one is named.",
        HelpName = "NAME[@VERSION]",
        DefaultValueFactory = _ => Names.DefaultModel,
    };

    private static readonly Option<int> Pairs = new("--pairs")
    {
        Description = "How many pairs of tasks are measured, spread over the range of their cosines.",
        HelpName = "N",
        DefaultValueFactory = _ => RelationStudyRequest.DefaultPairs,
    };

    private static readonly Option<Budget?> Budget = Verbs.Budget.Option(
        "How long a task alone is learned: optimiser steps (400), or a time (90s, 1m, 0.5h) that becomes a number of steps before it begins; two tasks together take twice as long. A minute when not given.");

    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "How often every training is done, each time with another seed; gains are means over them.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "Decides which pairs are measured, and is part of what each training is made of.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<bool> Yes = new("--yes") { Description = "Do it. Without this the command only tells how many trainings it is and how long they take." };

    private static readonly Option<string?> Target = FigureFile.Option();

    private static readonly Option<string?> PredictorName = new("--predictor") { Description = "What predicted the gains that the figure, or the table on the screen, shows; the first when not given.", HelpName = "NAME" };

    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that exists." };

    static StudyVerbs()
    {
        Pairs.AcceptOnly(RelationStudy.FewestPairs, RelationStudyRequest.MostPairs);
        Seeds.AcceptOnly(1, RelationStudyRequest.MostSeeds);
    }

    public static VerbCommand Relations() => new VerbCommand(
        "relations",
        "Measures by short trainings what tasks gain from each other, and how well likeness of priors predicts it. Asked again, it goes on where it was.",
        "hermes study relations --model universal",
        "hermes study relations --pairs 30 --budget 1m --yes",
        "hermes study relations --pairs 60 --budget 200 --seeds 2 --yes --json") { Model, Pairs, Budget, Seeds, Seed, Yes }.Does(async (context, cancellationToken) =>
    {
        var model = ModelReference.Parse(context.Get(Model)!);
        var budget = context.Get(Budget);
        var request = new RelationStudyRequest
        {
            Pairs = context.Get(Pairs),
            Steps = budget?.Steps,
            Minutes = budget is null ? RelationStudyRequest.DefaultMinutes : budget.Minutes,
            Seeds = context.Get(Seeds),
            Seed = context.Get(Seed),
        };
        var client = await context.ConnectAsync(cancellationToken);
        var compared = new Relayed<ProgressEvent>(e => context.Progress.Report(Phases.Compare, e.Done, e.Total, ""));
        var plan = await client.Relations.PlanAsync(model, request, compared, cancellationToken);
        context.Progress.Clear();
        if (!context.Get(Yes))
        {
            throw new UsageException($"Nothing was begun yet.\n{string.Join('\n', RelationSentences.Of(plan).Select(line => $"  {line}"))}", "Do it with --yes.");
        }

        foreach (var sentence in RelationSentences.Of(plan))
        {
            VerbOutput.Remark(sentence);
        }

        // The version that was planned: which one is live may change.
        var version = ModelReference.Parse(plan.Version);
        return await EndAsync(context, client, await client.Relations.StartAsync(version, request, cancellationToken), cancellationToken);
    });

    public static VerbCommand Show() => new VerbCommand(
        "show",
        "Shows where the study of a version stands and what came of it.",
        "hermes study show",
        "hermes study show --model universal@2 --json",
        "hermes study show --predictor \"same modality\" -o gains.svg") { Model, Target, PredictorName, Force }.Does(async (context, cancellationToken) =>
    {
        var file = context.Get(Target);
        if (file is not null)
        {
            OutputFile.Check(file, context.Get(Force));
        }

        var client = await context.ConnectAsync(cancellationToken);
        var status = await client.Relations.GetAsync(ModelReference.Parse(context.Get(Model)!), cancellationToken);
        var study = await client.Relations.ReadAsync(status, cancellationToken);
        var predictor = study is null ? null : Predictor(study, context.Get(PredictorName));
        if (file is not null)
        {
            var measured = study ?? throw new HermesException(
                $"Nothing was measured of {status.Version} yet: its study is {status.State.Word()}.",
                hint: status.State is RelationStudyState.Planning or RelationStudyState.Training
                    ? $"It goes on; 'hermes study show --model {status.Version}' tells how far it is."
                    : $"Measure with 'hermes study relations --model {status.Version}'.");
            await FigureFile.WriteAsync(file, context.Get(Force), RelationExport.Of(status, measured, predictor!), cancellationToken);
        }

        if (file is null || context.Output.IsJson)
        {
            Show(context, status, study, predictor);
        }

        return ExitCodes.Success;
    });

    public static VerbCommand Cancel() => new VerbCommand(
        "cancel",
        "Ends the study of a version; what was measured stays, and 'study relations' goes on with it.",
        "hermes study cancel --model universal@2") { Model }.Does(async (context, cancellationToken) =>
    {
        var client = await context.ConnectAsync(cancellationToken);
        await ShowAsync(context, client, await client.Relations.CancelAsync(ModelReference.Parse(context.Get(Model)!), cancellationToken), cancellationToken);
        return ExitCodes.Success;
    });

    private static async Task<int> EndAsync(VerbContext context, HermesClient client, RelationStudyStatus status, CancellationToken cancellationToken)
    {
        try
        {
            status = await client.Relations.FollowAsync(
                status, new Relayed<ProgressEvent>(e => context.Progress.Report(e.Phase, e.Done, e.Total, "training", e.Message)), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Progress.Clear();
            VerbOutput.Remark($"Stopped watching; the study of {status.Version} goes on. See it with 'hermes study show --model {status.Version}', end it with 'hermes study cancel --model {status.Version}'.");
            return ExitCodes.Interrupted;
        }

        context.Progress.Clear();
        if (status.State != RelationStudyState.Completed)
        {
            var how = status.State == RelationStudyState.Cancelled ? "was cancelled." : $"failed: {status.Cause?.Message ?? "without a cause."}";
            throw new HermesException($"The study of {status.Version} {how}", status.Cause?.File, status.Cause?.Hint ?? "Repeat the command to go on with it.");
        }

        await ShowAsync(context, client, status, cancellationToken);
        return ExitCodes.Success;
    }

    private static async Task ShowAsync(VerbContext context, HermesClient client, RelationStudyStatus status, CancellationToken cancellationToken)
    {
        var study = await client.Relations.ReadAsync(status, cancellationToken);
        Show(context, status, study, study is null ? null : Predictor(study, name: null));
    }

    private static void Show(VerbContext context, RelationStudyStatus status, RelationStudy? study, string? predictor)
    {
        var document = StudyDocument.Of(status, study);
        context.Output.Result(document, console => Render(console, document, study, predictor));
    }

    private static string Predictor(RelationStudy study, string? name) => study.Predictor(name)?.Name
        ?? throw new UsageException($"Nothing called '{name}' predicted gains.", $"There are {string.Join(", ", study.Predictors.Select(p => p.Name))}.");

    private static void Render(IAnsiConsole console, StudyDocument document, RelationStudy? study, string? predictor)
    {
        console.Facts(
            ("study", $"relations of {document.Version}"),
            ("state", document.State),
            ("cause", document.Cause),
            ("trainings", document.Trainings > 0 ? $"{document.Done} of {document.Trainings} ended" : null));
        if (study is not null && predictor is not null)
        {
            console.WriteLine();
            var table = Tables.Create("task", "other", $"#{predictor}", "#alone", "#transfer", "#joint gain");
            foreach (var pair in study.Pairs.OrderByDescending(p => p.Transfer).Take(Shown))
            {
                table.With(
                    pair.Task,
                    pair.Other,
                    pair.Predicted.TryGetValue(predictor, out var predicted) ? Tables.Dice(predicted) : "–",
                    Tables.Dice(pair.Alone.Average()),
                    Tables.Change(pair.Transfer),
                    Tables.Change(pair.Joint));
            }

            console.Write(table);
            if (study.Pairs.Count > Shown)
            {
                console.WriteLine($"The {Shown} pairs that gained most by transfer, of {study.Pairs.Count}; --json tells all.");
            }

            console.WriteLine();
            foreach (var sentence in document.Says)
            {
                console.WriteLine(sentence);
            }
        }

        foreach (var left in document.LeftOut)
        {
            console.WriteLine($"Left out, {left.What}: {left.Reason}");
        }
    }
}
