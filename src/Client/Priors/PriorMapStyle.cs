using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>How the map of a prior map is drawn.</summary>
public sealed record PriorMapStyle
{
    /// <summary>Whether tasks lie along principal components instead of beside their neighbours.</summary>
    public bool IsComponents { get; init; }

    /// <summary>Whether tasks have the colour of their modality instead of their dataset's.</summary>
    public bool IsByModality { get; init; }

    /// <summary>Pairs of tasks, by number, between which a line is drawn.</summary>
    public IReadOnlyList<(int One, int Other)> Neighbours { get; init; } = [];

    internal string Title => $"{(IsComponents ? "Principal components" : "Map that keeps neighbours together (t-SNE)")}, coloured by {(IsByModality ? "modality" : "dataset")}";

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

    internal string GroupOf(PriorTask task) => IsByModality ? task.Modality : task.Dataset;
}
