namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>What the label map of a dataset promises and its cases do not hold.</summary>
public static class LabelCoverage
{
    /// <summary>A sentence for every structure that occurs nowhere.</summary>
    /// <param name="labels">The label map.</param>
    /// <param name="found">The label values that occur in any case.</param>
    /// <param name="cases">How many cases have labels.</param>
    public static IEnumerable<string> Missing(IReadOnlyList<LabelEntry> labels, IReadOnlySet<int> found, int cases)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(found);
        return labels.Where(l => !found.Contains(l.Value))
            .Select(l => $"{l.Structure} (label {l.Value}) occurs in 0 of {cases} cases; it cannot be learned from them.");
    }
}
