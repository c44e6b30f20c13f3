namespace Hermes.Model.Priors;

/// <summary>How far a prior moved from what it was in another version: 1 less the cosine, 0 for one that points where it pointed.</summary>
/// <param name="Name">The task or modality.</param>
/// <param name="Stages">At each fusion scale.</param>
/// <param name="Combined">Over all scales.</param>
public sealed record PriorDrift(string Name, IReadOnlyList<double> Stages, double Combined)
{
    /// <summary>What both versions have, the farthest first.</summary>
    /// <param name="parent">The version before.</param>
    /// <param name="now">The version.</param>
    public static IReadOnlyList<PriorDrift> Between(PriorVectors parent, PriorVectors now)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentNullException.ThrowIfNull(now);
        var before = parent.Names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i, StringComparer.Ordinal);
        var (was, isNow) = (parent.Combined, now.Combined);
        return
        [
            .. now.Names.Select((name, i) => (name, i)).Where(n => before.ContainsKey(n.name)).Select(n => new PriorDrift(
                n.name,
                [.. now.Stages.Zip(parent.Stages, (own, its) => Distance(own[n.i], its[before[n.name]]))],
                Distance(isNow[n.i], was[before[n.name]])))
            .OrderByDescending(d => d.Combined).ThenBy(d => d.Name, StringComparer.Ordinal),
        ];
    }

    // The same bits are no distance, whatever their cosine is rounded to.
    private static double Distance(float[] now, float[] before) =>
        now.AsSpan().SequenceEqual(before) ? 0 : 1 - SimilarityMatrix.Cosine([now, before])[0, 1];
}
