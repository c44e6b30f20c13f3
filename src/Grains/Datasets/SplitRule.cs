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
    /// <exception cref="HermesException">Splits that the user fixed contradict each other, or what was drawn before.</exception>
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

    /// <summary>Refuses cases whose splits contradict each other, or what was drawn before.</summary>
    /// <param name="drawn">Splits of patients drawn before.</param>
    /// <param name="drawnImages">Splits of image digests drawn before.</param>
    /// <param name="cases">The cases to draw for.</param>
    /// <exception cref="HermesException">Two of them cannot be kept both.</exception>
    public static void Require(IReadOnlyDictionary<string, Split> drawn, IReadOnlyDictionary<string, Split> drawnImages, IReadOnlyList<CaseSource> cases) =>
        Units(cases).ForEach(unit => Settled(unit, drawn, drawnImages, cases));

    private static Split ByRank(int rank, int test, int validation) =>
        rank < test ? Split.Test : rank < test + validation ? Split.Validation : Split.Train;

    private static Split ByThreshold(ulong hash)
    {
        var position = hash / (double)ulong.MaxValue;
        return position < TestShare ? Split.Test : position < TestShare + ValidationShare ? Split.Validation : Split.Train;
    }

    // What a unit is bound to: an earlier draw of its patients and images, or what the user fixed.
    private static Split? Settled(
        List<int> unit, IReadOnlyDictionary<string, Split> drawn, IReadOnlyDictionary<string, Split> drawnImages, IReadOnlyList<CaseSource> cases)
    {
        var bonds = unit.SelectMany(i => Bonds(cases[i], drawn, drawnImages)).ToList();
        var other = bonds.Find(b => b.Split != bonds[0].Split);
        return bonds.Count == 0 ? null : other is null ? bonds[0].Split : throw new HermesException(
            $"{bonds[0].Sentence} and {Lowered(other.Sentence)}, but cases of one patient and equal images share a split.",
            other.Case.ImageFile,
            bonds.TrueForAll(b => b.IsFixed) ? "Fix them to the same split." : "A split that was drawn never moves: leave the split to the dataset, or leave the case out.");
    }

    private static IEnumerable<Bond> Bonds(CaseSource one, IReadOnlyDictionary<string, Split> drawn, IReadOnlyDictionary<string, Split> drawnImages)
    {
        if (drawn.TryGetValue(one.Patient, out var byPatient))
        {
            yield return new Bond(one, byPatient, $"The patient of case '{one.CaseId}' is in {Word(byPatient)} already");
        }

        if (drawnImages.TryGetValue(one.Image.Sha256, out var byImage))
        {
            yield return new Bond(one, byImage, $"The image of case '{one.CaseId}' is in {Word(byImage)} already");
        }

        if (one.FixedSplit is { } split)
        {
            yield return new Bond(one, split, $"Case '{one.CaseId}' is fixed to {Word(split)}") { IsFixed = true };
        }
    }

    private static string Lowered(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];

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

    private static string Word(Split split) => split.Word().ToLowerInvariant();

    private sealed record Bond(CaseSource Case, Split Split, string Sentence)
    {
        public bool IsFixed { get; init; }
    }
}
