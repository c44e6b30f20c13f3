namespace Hermes.Grains.Relations;

/// <summary>Kendall's rank correlation with ties, tau-b, and how sure it is.</summary>
internal static class KendallTau
{
    /// <summary>Tau-b of two lists, -1 to 1: concordant less discordant pairs, over the geometric mean of the pairs that are not tied in each.</summary>
    /// <returns>Null where one of them is the same everywhere.</returns>
    public static double? Of(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(one.Count, other.Count);
        long agreement = 0, untiedOne = 0, untiedOther = 0;
        for (var i = 0; i < one.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (one[i].CompareTo(one[j]), other[i].CompareTo(other[j]));
                agreement += a * b;
                untiedOne += a * a;
                untiedOther += b * b;
            }
        }

        return untiedOne == 0 || untiedOther == 0 ? null : agreement / Math.Sqrt((double)untiedOne * untiedOther);
    }

    /// <summary>The interval of tau-b: what lies between the outer quantiles when the pairs are drawn anew with replacement. The same seed gives the same bits.</summary>
    /// <param name="one">One list.</param>
    /// <param name="other">The other.</param>
    /// <param name="resamples">How often they are drawn.</param>
    /// <param name="confidence">How much lies in the interval, 0 to 1.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <returns>Null where most draws leave one list the same everywhere.</returns>
    public static (double Low, double High)? Interval(IReadOnlyList<double> one, IReadOnlyList<double> other, int resamples, double confidence, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(one.Count, other.Count);
        var random = new Random(seed);
        var (drawnOne, drawnOther) = (new double[one.Count], new double[one.Count]);
        var found = new List<double>(resamples);
        for (var sample = 0; sample < resamples; sample++)
        {
            for (var i = 0; i < one.Count; i++)
            {
                var drawn = random.Next(one.Count);
                (drawnOne[i], drawnOther[i]) = (one[drawn], other[drawn]);
            }

            if (Of(drawnOne, drawnOther) is { } tau)
            {
                found.Add(tau);
            }
        }

        if (found.Count * 2 <= resamples)
        {
            return null;
        }

        found.Sort();
        return (Quantile((1 - confidence) / 2), Quantile((1 + confidence) / 2));

        double Quantile(double share) => found[(int)Math.Round(share * (found.Count - 1))];
    }
}
