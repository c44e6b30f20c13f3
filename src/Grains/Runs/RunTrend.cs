using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Runs;

/// <summary>The small curve of a run's losses: a few points over all of its steps, however many there are.</summary>
internal static class RunTrend
{
    /// <summary>The most points it has: as many as a row of a list shows.</summary>
    public const int Most = 32;

    /// <summary>The trend with a later stretch; what was known from its first step on gives way, and where points become too many, those do that are closest.</summary>
    public static IReadOnlyList<TrendPoint> With(this IReadOnlyList<TrendPoint> trend, params IReadOnlyList<TrendPoint> later)
    {
        if (later is not [var first, ..])
        {
            return trend;
        }

        List<TrendPoint> all = [.. trend.Where(p => p.Step < first.Step), .. later];
        while (all.Count > Most)
        {
            all.RemoveAt(Enumerable.Range(1, all.Count - 2).MinBy(i => all[i + 1].Step - all[i - 1].Step));
        }

        return all;
    }
}
