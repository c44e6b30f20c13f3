using System.CommandLine;
using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client.Models;
using Hermes.Client.Priors;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary><c>priors</c>.</summary>
internal static class PriorsVerb
{
    private const int Neighbours = 3;

    private static readonly Option<string> Model = new("--model")
    {
        Description = "The model; its live version unless one is named.",
        HelpName = "NAME[@VERSION]",
        DefaultValueFactory = _ => Names.DefaultModel,
    };

    private static readonly Option<string?> Target = FigureFile.Option();

    private static readonly Option<string> ViewName = new("--view")
    {
        Description = "How alike at one fusion stage (1, 2 and so on), or with all stages as one vector (combined).",
        HelpName = "STAGE",
        DefaultValueFactory = _ => PriorMap.Combined,
    };

    private static readonly Option<bool> OfModalities = new("--modalities") { Description = "Compare modalities instead of tasks." };

    private static readonly Option<bool> OfPosterior = PosteriorOption();

    private static readonly Option<string> Colour = ColourOption();

    private static readonly Option<string> Places = PlacesOption();

    private static readonly Option<string> Lines = LinesOption();

    private static readonly Option<bool> Force = new("--force") { Description = "Replace a file that exists." };

    public static VerbCommand Create() => new VerbCommand(
        "priors",
        "Shows how tasks, or modalities, relate in what a model has learned: neighbours, a tree, a map, and what moved since the version before.",
        "hermes priors",
        "hermes priors --model universal@2 -o priors.svg",
        "hermes priors --view 3 --colour dice --lines 0.5 -o stage-3.png",
        "hermes priors --posterior",
        "hermes priors --modalities --json") { Model, Target, ViewName, OfModalities, OfPosterior, Colour, Places, Lines, Force }.Does(RunAsync);

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var reference = ModelReference.Parse(context.Get(Model)!);
        var (file, ofModalities) = (context.Get(Target), context.Get(OfModalities));
        var subject = ofModalities ? PriorSubject.Modalities : context.Get(OfPosterior) ? PriorSubject.Posterior : PriorSubject.Tasks;
        if (file is not null)
        {
            OutputFile.Check(file, context.Get(Force));
        }

        var client = await context.ConnectAsync(cancellationToken);
        var whole = await client.Priors.GetAsync(reference, new Relayed<ProgressEvent>(e => context.Progress.Report(Phases.Compare, e.Done, e.Total, "")), cancellationToken);
        context.Progress.Clear();
        var map = whole.Of(subject) ?? throw new HermesException(PriorSentences.NoPosterior, hint: "Ask without --posterior, or of a version that was trained since.");
        var view = Chosen(map.ViewsOf(subject), context.Get(ViewName)!);
        var similarity = await client.Priors.SimilarityAsync(view, cancellationToken);
        if (file is not null)
        {
            var look = new PriorLook(context.Get(Places), context.Get(Colour), context.Get(Lines));
            var export = PriorExport.Of(whole, map, subject, view, look, similarity, one => client.Priors.SimilarityAsync(one, cancellationToken));
            await FigureFile.WriteAsync(file, context.Get(Force), export, cancellationToken);
        }

        if (context.Output.IsJson)
        {
            context.Output.Result(await PriorDocument.OfAsync(whole, one => client.Priors.SimilarityAsync(one, cancellationToken)), _ => { });
        }
        else if (file is null)
        {
            var sentences = ofModalities ? [] : map.IsPosterior ? PriorSentences.OfPosterior(whole) : PriorSentences.Of(map);
            context.Output.Result(map, console => Render(console, map, view, similarity, sentences, ofModalities));
        }

        return ExitCodes.Success;
    }

    private static Option<bool> PosteriorOption()
    {
        var option = new Option<bool>("--posterior") { Description = "Compare what becomes of the priors of tasks in images: the mean of their posterior tokens over the validation cases." };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) && result.GetValue(OfModalities))
            {
                result.AddError("Modalities have no posterior tokens here: give --posterior or --modalities.");
            }
        });
        return option;
    }

    private static Option<string> ColourOption()
    {
        var option = new Option<string>("--colour")
        {
            Description = "What colours of the figure's map say: the dataset or modality of a task, its body region as its name says, or its Dice as measured.",
            DefaultValueFactory = _ => PriorColours.Words[0],
        };
        option.AcceptOnlyFromAmong([.. PriorColours.Words]);
        return option;
    }

    private static Option<string> PlacesOption()
    {
        var option = new Option<string>("--places")
        {
            Description = "Where tasks lie in the figure's map: beside those they are alike (t-SNE), or along principal components.",
            DefaultValueFactory = _ => PriorLook.Neighbours,
        };
        option.AcceptOnlyFromAmong([.. PriorLook.AllPlaces]);
        return option;
    }

    private static Option<string> LinesOption()
    {
        var option = new Option<string>("--lines")
        {
            Description = $"From which cosine on nearest neighbours are joined by a line in the figure's map; '{PriorLook.NoLines}' for no lines.",
            HelpName = "COSINE",
            DefaultValueFactory = _ => PriorLook.StandardLines,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } lines && lines != PriorLook.NoLines && PriorLook.Threshold(lines) is not (>= -1 and <= 1))
            {
                result.AddError($"The lines are '{lines}'; a cosine from -1 to 1, or '{PriorLook.NoLines}', was expected.");
            }
        });
        return option;
    }

    private static PriorView Chosen(IReadOnlyList<PriorView> views, string name) =>
        views.FirstOrDefault(v => v.Name == name || v.Name == $"stage {name}")
        ?? throw new UsageException($"There is no view '{name}'.", $"There are {string.Join(", ", views.Select(v => v.Name))}.");

    internal static void Render(IAnsiConsole console, PriorMap map, PriorView view, float[] similarity, IEnumerable<string> sentences, bool ofModalities)
    {
        var names = ofModalities ? map.Modalities : [.. map.Tasks.Select(t => t.Task)];
        console.Facts(("model", $"{map.Model}@{map.Version}"), ("came of", map.Parent is { } parent ? $"{map.Model}@{parent}" : null), ("view", map.IsPosterior ? $"posterior tokens, {view.Name}" : view.Name));
        console.WriteLine();
        var moved = (ofModalities ? map.ModalitiesMoved : map.Moved).ToDictionary(m => m.Name, m => m.Combined, StringComparer.Ordinal);
        var dice = ofModalities ? [] : map.Tasks.Where(t => t.Dice is not null).ToDictionary(t => t.Task, t => t.Dice!.Dice, StringComparer.Ordinal);
        var table = ofModalities ? Tables.Create("modality", "nearest (cosine)", "#moved") : Tables.Create("task", "nearest (cosine)", "#moved", "#dice");
        foreach (var one in view.Order)
        {
            var nearest = Enumerable.Range(0, names.Count).Where(other => other != one).OrderByDescending(other => similarity[(one * names.Count) + other]).Take(Neighbours);
            string[] cells =
            [
                names[one],
                string.Join(", ", nearest.Select(other => string.Create(CultureInfo.InvariantCulture, $"{names[other]} {similarity[(one * names.Count) + other]:0.000}"))),
                Number(moved, names[one]),
            ];
            table.With(ofModalities ? cells : [.. cells, Number(dice, names[one])]);
        }

        console.Write(table);
        console.WriteLine();
        foreach (var sentence in sentences)
        {
            console.WriteLine(sentence);
        }

        static string Number(Dictionary<string, double> numbers, string name) =>
            numbers.TryGetValue(name, out var number) ? number.ToString("0.000", CultureInfo.InvariantCulture) : "-";
    }
}
