using Hermes.Model.Training;

namespace Hermes.Model.Priors;

/// <summary>
/// Whether what is said to belong together is more alike than it would be by chance. Chance is what comes of the same labels dealt anew among those that could
/// have had them.
/// </summary>
/// <param name="Name">What is said to make them alike.</param>
/// <param name="Pairs">Pairs that are compared because they have the label in common.</param>
/// <param name="Others">Pairs that could have had it in common.</param>
/// <param name="Difference">The mean cosine of the pairs less that of the others; null when there are none of either.</param>
/// <param name="PValue">How often chance does as well, never less than one in <see cref="Deals"/> + 1; null when nothing could be dealt otherwise.</param>
public sealed record GroupTest(string Name, int Pairs, int Others, double? Difference, double? PValue)
{
    /// <summary>How often labels are dealt anew.</summary>
    public const int Deals = 1999;

    private const int None = -1;

    /// <summary>Deals labels anew within strata and compares. The same input and seed give the same bits.</summary>
    /// <param name="similarity">How alike they are.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="seed">Of the deals.</param>
    /// <exception cref="ArgumentException">There is not one label, unit and stratum for each.</exception>
    public static GroupTest Of(SimilarityMatrix similarity, GroupQuestion question, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(similarity);
        ArgumentNullException.ThrowIfNull(question);
        question.Require(similarity.Count);
        List<(int First, int Second, double Cosine)> pairs =
        [
            .. from i in Enumerable.Range(0, similarity.Count)
               from j in Enumerable.Range(0, i)
               where question.IsCompared(i, j)
               select (i, j, similarity[i, j]),
        ];
        List<string> known = [.. question.Labels.OfType<string>().Distinct(StringComparer.Ordinal)];
        int[] given = [.. question.Labels.Select(label => label is null ? None : known.IndexOf(label))];
        int[] labels = [.. given];
        var all = pairs.Sum(p => p.Cosine);
        var (count, observed) = Compare(pairs, labels, question.Units, all);
        if (observed is null || !question.CanBeDealt())
        {
            return new GroupTest(question.Name, count, pairs.Count - count, observed, null);
        }

        var asGood = 0;
        var strata = question.DealtTogether();
        for (var deal = 0; deal < Deals; deal++)
        {
            var generator = new CounterGenerator(seed, (ulong)deal, 0);
            given.CopyTo(labels, 0);
            foreach (var units in strata)
            {
                for (var left = units.Length - 1; left > 0; left--)
                {
                    var (one, other) = (units[left], units[generator.Below(left + 1)]);
                    (labels[one], labels[other]) = (labels[other], labels[one]);
                }
            }

            // A deal without a pair counts against the finding; one that changes nothing, too: its sum may differ in the last bits.
            asGood += Compare(pairs, labels, question.Units, all).Difference is { } chance && chance < observed.Value - 1e-12 ? 0 : 1;
        }

        return new GroupTest(question.Name, count, pairs.Count - count, observed, (asGood + 1.0) / (Deals + 1));
    }

    /// <summary>P values corrected for their number (Holm, A simple sequentially rejective multiple test procedure, 1979), in the same order; what has none keeps none.</summary>
    public static IReadOnlyList<double?> Corrected(IReadOnlyList<GroupTest> tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        List<int> tested = [.. Enumerable.Range(0, tests.Count).Where(i => tests[i].PValue is not null).OrderBy(i => tests[i].PValue)];
        var (corrected, least) = (new double?[tests.Count], 0.0);
        for (var rank = 0; rank < tested.Count; rank++)
        {
            corrected[tested[rank]] = least = Math.Max(least, Math.Min(1, (tested.Count - rank) * tests[tested[rank]].PValue!.Value));
        }

        return corrected;
    }

    private static (int Count, double? Difference) Compare(List<(int First, int Second, double Cosine)> pairs, int[] labels, IReadOnlyList<int> units, double all)
    {
        var (count, sum) = (0, 0.0);
        foreach (var (first, second, cosine) in pairs)
        {
            if (labels[units[first]] is not None and var label && label == labels[units[second]])
            {
                count++;
                sum += cosine;
            }
        }

        return (count, count == 0 || count == pairs.Count ? null : (sum / count) - ((all - sum) / (pairs.Count - count)));
    }
}

/// <summary>What is asked of how alike things are.</summary>
/// <param name="Name">What is said to make them alike.</param>
/// <param name="Units">For each thing, the number of the unit that has its label: itself, or a dataset whose tasks all have one.</param>
/// <param name="Labels">For each unit, its label; null for one that has none in common with any.</param>
/// <param name="Strata">For each unit, within what labels are dealt anew.</param>
/// <param name="Groups">For each thing, the dataset it is of.</param>
/// <param name="Across">Whether things of different datasets are compared, or those of one.</param>
public sealed record GroupQuestion(
    string Name, IReadOnlyList<int> Units, IReadOnlyList<string?> Labels, IReadOnlyList<int> Strata, IReadOnlyList<int> Groups, bool Across)
{
    /// <summary>Whether a pair is looked at.</summary>
    internal bool IsCompared(int first, int second) => Groups[first] == Groups[second] != Across;

    /// <summary>Whether another deal than the one there is exists.</summary>
    internal bool CanBeDealt() => Strata.Zip(Labels).GroupBy(u => u.First, u => u.Second).Any(stratum => stratum.Distinct(StringComparer.Ordinal).Count() > 1);

    /// <summary>The units of each stratum.</summary>
    internal IReadOnlyList<int[]> DealtTogether() => [.. Enumerable.Range(0, Strata.Count).GroupBy(unit => Strata[unit]).Select(stratum => stratum.ToArray())];

    /// <summary>Refuses what does not fit.</summary>
    internal void Require(int count)
    {
        if (Units.Count != count || Groups.Count != count || Labels.Count != Strata.Count || Units.Any(u => u < 0 || u >= Labels.Count))
        {
            throw new ArgumentException($"'{Name}' has {Units.Count} units and {Groups.Count} datasets for {count} things, and {Labels.Count} labels for {Strata.Count} strata.");
        }
    }
}
