using System.Globalization;
using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>How the map of a prior map is drawn.</summary>
public sealed record PriorMapStyle
{
    /// <summary>Whether tasks lie along principal components instead of beside their neighbours.</summary>
    public bool IsComponents { get; init; }

    /// <summary>What the colour of a task says.</summary>
    public PriorColour Colour { get; init; }

    /// <summary>Pairs of tasks, by number, between which a line is drawn.</summary>
    public IReadOnlyList<(int One, int Other)> Neighbours { get; init; } = [];

    internal string Title => $"{(IsComponents ? "Principal components" : "Map that keeps neighbours together (t-SNE)")}, coloured by {Colour.Word()}";

    /// <summary>Pairs of which one is among the nearest of the other, and alike enough.</summary>
    /// <param name="similarity">Cosines [N, N].</param>
    /// <param name="count">N.</param>
    /// <param name="threshold">The least cosine.</param>
    /// <param name="nearest">How many neighbours of each task are looked at.</param>
    public static IReadOnlyList<(int One, int Other)> NeighboursOf(float[] similarity, int count, double threshold, int nearest = 3)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        return
        [
            .. Enumerable.Range(0, count)
                .SelectMany(one => Enumerable.Range(0, count)
                    .Where(other => other != one && similarity[(one * count) + other] >= threshold)
                    .OrderByDescending(other => similarity[(one * count) + other])
                    .Take(nearest)
                    .Select(other => (Math.Min(one, other), Math.Max(one, other))))
                .Distinct()
                .Order(),
        ];
    }

    /// <summary>The groups whose tasks have a colour in common, in the order of their colours.</summary>
    internal IReadOnlyList<string> Groups(PriorMap map) => Colour switch
    {
        PriorColour.Dice => map.Tasks.Any(t => t.Dice is null) ? [BodyRegion.Unknown] : [],
        PriorColour.Region => [.. BodyRegion.All.Where(map.Tasks.Select(t => BodyRegion.Of(t.Task)).Contains)],
        _ => [.. map.Tasks.Select(GroupOf).Distinct()],
    };

    /// <summary>The colour of a group; what is unknown is grey.</summary>
    internal static string ColourOf(IReadOnlyList<string> groups, string group) =>
        group == BodyRegion.Unknown ? FigureColours.Unknown : ColourScale.OfGroup(groups.TakeWhile(g => g != group).Count());

    internal string ColourOf(IReadOnlyList<string> groups, PriorTask task) => this is { Colour: PriorColour.Dice } && task.Dice is { } measured
        ? FigureColours.Of(ColourScale.Of(measured.Dice))
        : ColourOf(groups, GroupOf(task));

    private string GroupOf(PriorTask task) => Colour switch
    {
        PriorColour.Modality => task.Modality,
        PriorColour.Region => BodyRegion.Of(task.Task),
        PriorColour.Dice => BodyRegion.Unknown,
        _ => task.Dataset,
    };

    internal static string About(PriorTask task) =>
        $"{task.Task} ({task.Dataset}, {task.Modality}, {BodyRegion.Of(task.Task)}, {(task.Dice is { } dice ? string.Create(CultureInfo.InvariantCulture, $"Dice {dice.Dice:0.000}") : "Dice unknown")})";
}

/// <summary>What the colour of a task in a map says.</summary>
public enum PriorColour
{
    /// <summary>The dataset that asks for it.</summary>
    Dataset = 0,

    /// <summary>The modality of that dataset.</summary>
    Modality = 1,

    /// <summary>Where in the body it is, as far as its name says.</summary>
    Region = 2,

    /// <summary>How well it is found, as far as it was measured.</summary>
    Dice = 3,
}

/// <summary>The words for colours.</summary>
public static class PriorColours
{
    /// <summary>What users choose among.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetNames<PriorColour>().Select(name => name.ToLowerInvariant())];

    /// <summary>The colour of a word; the first for one that is none.</summary>
    public static PriorColour Of(string? word) => Enum.GetValues<PriorColour>().FirstOrDefault(colour => Words[(int)colour] == word);

    internal static string Word(this PriorColour colour) => colour switch
    {
        PriorColour.Region => "body region",
        PriorColour.Dice => "Dice",
        _ => Words[(int)colour],
    };
}
