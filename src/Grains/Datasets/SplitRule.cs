using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Datasets;

/// <summary>
/// Draws splits. Patients whose images are byte-equal are one unit, so that no image is in two splits. The first draw
/// ranks the units by a keyed hash; later ones go by a threshold; what was drawn once never moves.
/// </summary>
internal static class SplitRule
{
    private const double TestShare = 0.20;
    private const double ValidationShare = 0.05;

    /// <summary>A key that two platforms share for equal dataset keys, so that the same data gives the same draw anywhere.</summary>
    public static byte[] KeyOf(string datasetKey) => SHA256.HashData(Encoding.UTF8.GetBytes($"hermes split {datasetKey}"));

    /// <summary>The split of every case in <paramref name="cases"/>, in their order.</summary>
    /// <param name="key">The dataset's key of the hash.</param>
    /// <param name="drawn">Splits of patients drawn before; empty for the first draw.</param>
    /// <param name="drawnImages">Splits of image digests drawn before.</param>
    /// <param name="cases">The cases to draw for.</param>
    /// <exception cref="HermesException">Splits that the user fixed contradict each other.</exception>
    public static IReadOnlyList<Split> Draw(
        byte[] key,
        IReadOnlyDictionary<string, Split> drawn,
        IReadOnlyDictionary<string, Split> drawnImages,
        IReadOnlyList<CaseSource> cases)
    {
        var units = Units(cases);
        var splits = new Split[cases.Count];
        var open = new List<(ulong Hash, List<int> Cases)>();
        foreach (var unit in units)
        {
            if (Settled(unit, drawn, drawnImages, cases) is { } settled)
            {
                unit.ForEach(i => splits[i] = settled);
            }
            else
            {
                open.Add((unit.Min(i => Hash(key, cases[i].Patient)), unit));
            }
        }

        var isFirst = drawn.Count == 0;
        open.Sort((a, b) => a.Hash.CompareTo(b.Hash));
        var (test, validation) = open.Count < 3
            ? (0, 0)
            : (Math.Max(1, (int)Math.Round(TestShare * open.Count)), Math.Max(1, (int)Math.Round(ValidationShare * open.Count)));
        for (var rank = 0; rank < open.Count; rank++)
        {
            var split = isFirst ? ByRank(rank, test, validation) : ByThreshold(open[rank].Hash);
            open[rank].Cases.ForEach(i => splits[i] = split);
        }

        return splits;
    }

    private static Split ByRank(int rank, int test, int validation) =>
        rank < test ? Split.Test : rank < test + validation ? Split.Validation : Split.Train;

    private static Split ByThreshold(ulong hash)
    {
        var position = hash / (double)ulong.MaxValue;
        return position < TestShare ? Split.Test : position < TestShare + ValidationShare ? Split.Validation : Split.Train;
    }

    private static Split? Settled(
        List<int> unit, IReadOnlyDictionary<string, Split> drawn, IReadOnlyDictionary<string, Split> drawnImages, IReadOnlyList<CaseSource> cases)
    {
        var fixedCases = unit.Where(i => cases[i].FixedSplit is not null).ToList();
        if (fixedCases.Count > 0)
        {
            var first = cases[fixedCases[0]];
            var other = fixedCases.Select(i => cases[i]).FirstOrDefault(c => c.FixedSplit != first.FixedSplit);
            return other is null ? first.FixedSplit : throw new HermesException(
                $"Case '{first.CaseId}' is fixed to {Word(first.FixedSplit)} and case '{other.CaseId}' to {Word(other.FixedSplit)}, but they belong to the same patient or are the same image.",
                other.ImageFile,
                "Cases of one patient share a split.");
        }

        foreach (var i in unit)
        {
            if (drawn.TryGetValue(cases[i].Patient, out var byPatient))
            {
                return byPatient;
            }

            if (drawnImages.TryGetValue(cases[i].Image.Sha256, out var byImage))
            {
                return byImage;
            }
        }

        return null;
    }

    // Groups of cases joined by an equal patient or an equal image.
    private static List<List<int>> Units(IReadOnlyList<CaseSource> cases)
    {
        var parent = Enumerable.Range(0, cases.Count).ToArray();
        var firstOf = new Dictionary<(bool IsImage, string Name), int>();
        for (var i = 0; i < cases.Count; i++)
        {
            Join((false, cases[i].Patient), i);
            Join((true, cases[i].Image.Sha256), i);
        }

        return [.. Enumerable.Range(0, cases.Count).GroupBy(Root).Select(g => g.ToList())];

        void Join((bool IsImage, string Name) name, int i)
        {
            if (firstOf.TryGetValue(name, out var first))
            {
                parent[Root(i)] = Root(first);
            }
            else
            {
                firstOf.Add(name, i);
            }
        }

        int Root(int i)
        {
            while (parent[i] != i)
            {
                i = parent[i] = parent[parent[i]];
            }

            return i;
        }
    }

    private static ulong Hash(byte[] key, string patient) =>
        BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(patient)));

    private static string Word(Split? split) => split!.Value.Word().ToLowerInvariant();
}
