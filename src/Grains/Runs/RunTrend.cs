using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Runs;

/// <summary>What is told of all of a run's steps, however many there are: a few points of its losses, and a few of its sample predictions.</summary>
internal static class RunTrend
{
    /// <summary>The most points of losses: as many as a row of a list shows.</summary>
    public const int Most = 32;

    /// <summary>The most validations whose samples are shown.</summary>
    public const int MostSamples = 8;

    /// <summary>The trend with a later stretch; what was known from its first step on gives way, and where points become too many, those do that are closest.</summary>
    public static IReadOnlyList<TrendPoint> With(this IReadOnlyList<TrendPoint> trend, params IReadOnlyList<TrendPoint> later) => Joined(trend, later, Most, p => p.Step);

    /// <summary>The record with the samples of a later validation, likewise.</summary>
    public static RunRecord WithSamples(this RunRecord record, SampleStrip later) => record with { Samples = Joined(record.Samples, [later], MostSamples, s => s.Step) };

    private static IReadOnlyList<T> Joined<T>(IReadOnlyList<T> known, IReadOnlyList<T> later, int most, Func<T, int> step)
    {
        if (later is not [var first, ..])
        {
            return known;
        }

        List<T> all = [.. known.Where(p => step(p) < step(first)), .. later];
        while (all.Count > most)
        {
            all.RemoveAt(Enumerable.Range(1, all.Count - 2).MinBy(i => step(all[i + 1]) - step(all[i - 1])));
        }

        return all;
    }
}
