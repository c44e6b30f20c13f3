using System.Globalization;
using Hermes.Client.Priors;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Dashboard.Priors;

/// <summary>What the page of priors shows, as its address says.</summary>
/// <param name="Map">The map; that of the posterior tokens when they are compared.</param>
/// <param name="View">The view that is looked at.</param>
/// <param name="Similarity">Its cosines [N, N].</param>
/// <param name="Subject">What is compared.</param>
public sealed record PriorSelection(PriorMap Map, PriorView View, float[] Similarity, PriorSubject Subject)
{
    /// <summary>Whether modalities are compared instead of tasks.</summary>
    public bool IsOfModalities => Subject == PriorSubject.Modalities;

    /// <summary>What is compared.</summary>
    public IReadOnlyList<string> Names { get; } = Subject == PriorSubject.Modalities ? Map.Modalities : [.. Map.Tasks.Select(t => t.Task)];

    /// <summary>How far each has moved since the parent version.</summary>
    public IReadOnlyDictionary<string, double> Moved { get; } =
        (Subject == PriorSubject.Modalities ? Map.ModalitiesMoved : Map.Moved).ToDictionary(m => m.Name, m => m.Combined, StringComparer.Ordinal);

    /// <summary>How alike two of them are.</summary>
    public float Cosine(int one, int other) => Similarity[(one * Names.Count) + other];

    /// <summary>The others, the most alike first.</summary>
    public IEnumerable<int> Neighbours(int one) => Enumerable.Range(0, Names.Count).Where(other => other != one).OrderByDescending(other => Cosine(one, other));

    /// <summary>A number as the page shows it.</summary>
    public static string Text(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}
