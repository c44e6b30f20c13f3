namespace Hermes.Imaging.Evaluation;

/// <summary>
/// What the Dice of a task lost at most between two networks that were asked the same cases: the one-sided 95 % lower bound of the mean difference, by
/// the percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; docs/method.md, Change of Dice).
/// </summary>
public static class PairedBootstrap
{
    /// <summary>How many samples of the cases are drawn.</summary>
    public const int Resamples = 10_000;

    /// <summary>With fewer cases nothing is said of the bound: the samples would be nearly the cases themselves.</summary>
    public const int FewestCases = 5;

    /// <summary>The 5 % quantile is this one of the sorted means.</summary>
    private const int Quantile = Resamples / 20;

    /// <summary>Compares two networks in one task. The same cases and seed give the same bits, in whatever order the cases come.</summary>
    /// <param name="task">The task's identity.</param>
    /// <param name="cases">The cases whose reference has the task; the others, which have no Dice, are left out.</param>
    /// <param name="seed">Of the samples.</param>
    /// <exception cref="ArgumentException">There is no case, a case comes twice, or a Dice is not in 0 to 1.</exception>
    public static DiceChange Compare(string task, IEnumerable<DicePair> cases, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(cases);
        DicePair[] sorted = [.. cases.OrderBy(pair => pair.Case, StringComparer.Ordinal)];
        Check(task, sorted);
        var differences = Array.ConvertAll(sorted, pair => pair.After - pair.Before);
        return new DiceChange(
            task,
            sorted.Length,
            sorted.Average(pair => pair.Before),
            sorted.Average(pair => pair.After),
            differences.Average(),
            sorted.Length < FewestCases ? null : LowerBound(differences, new SeededRandom(seed, 0)));
    }

    private static void Check(string task, DicePair[] sorted)
    {
        if (sorted.Length == 0)
        {
            throw new ArgumentException($"No case has {task}: there is nothing to compare.");
        }

        if (sorted.Zip(sorted.Skip(1)).FirstOrDefault(pair => pair.First.Case == pair.Second.Case) is ({ } twice, _))
        {
            throw new ArgumentException($"Case {twice.Case} comes twice in {task}.");
        }

        if (Array.Find(sorted, pair => !(pair.Before is >= 0 and <= 1 && pair.After is >= 0 and <= 1)) is { } wrong)
        {
            throw new ArgumentException($"Dice of {task} in case {wrong.Case} is not in 0 to 1: {wrong.Before} and {wrong.After}.");
        }
    }

    private static double LowerBound(double[] differences, SeededRandom random)
    {
        var means = new double[Resamples];
        foreach (ref var mean in means.AsSpan())
        {
            var sum = 0.0;
            for (var n = 0; n < differences.Length; n++)
            {
                sum += differences[random.Below(differences.Length)];
            }

            mean = sum / differences.Length;
        }

        Array.Sort(means);
        return means[Quantile - 1];
    }
}
