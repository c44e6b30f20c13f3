using System.Globalization;

namespace Hermes.Client.Priors;

/// <summary>How the map is looked at, in the words that commands and addresses have for it; what is left out is the first.</summary>
/// <param name="Places">Which map: one of <see cref="AllPlaces"/>.</param>
/// <param name="Colour">What colours say: one of <see cref="PriorColours.Words"/>.</param>
/// <param name="Lines">From which cosine on near neighbours are joined by a line: a number, or <see cref="NoLines"/>.</param>
public sealed record PriorLook(string? Places, string? Colour, string? Lines)
{
    /// <summary>Tasks that are alike lie together.</summary>
    public const string Neighbours = "neighbours";

    /// <summary>Tasks lie along principal components.</summary>
    public const string Components = "components";

    /// <summary>Nobody is joined.</summary>
    public const string NoLines = "none";

    /// <summary>From here on neighbours are joined unless it is said otherwise: seldom are priors so alike that were drawn at random.</summary>
    public const string StandardLines = "0.3";

    /// <summary>Which maps there are.</summary>
    public static IReadOnlyList<string> AllPlaces { get; } = [Neighbours, Components];

    /// <summary>The least cosine of a word for lines; null for none and for what is no number.</summary>
    public static double? Threshold(string? lines) =>
        double.TryParse(Said(lines), NumberStyles.Float, CultureInfo.InvariantCulture, out var threshold) ? threshold : null;

    /// <summary>The word for lines that holds.</summary>
    public static string Said(string? lines) => string.IsNullOrEmpty(lines) ? StandardLines : lines;

    /// <summary>The map drawn so; places and colours that there are not are the first.</summary>
    /// <param name="similarity">Cosines [N, N].</param>
    /// <param name="count">N.</param>
    public PriorMapStyle Of(float[] similarity, int count) => new()
    {
        IsComponents = Places == Components,
        Colour = PriorColours.Of(Colour),
        Neighbours = Threshold(Lines) is { } threshold ? PriorMapStyle.NeighboursOf(similarity, count, threshold) : [],
    };
}
