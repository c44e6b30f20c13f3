using Hermes.Model.Training;

namespace Hermes.Model.Tests.Priors;

/// <summary>Vectors with a structure that is known.</summary>
internal static class Vectors
{
    /// <summary>Vectors without any.</summary>
    public static float[][] Random(int count, int length, ulong seed) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, length).Select(n => Normal(seed, i, n)).ToArray())];

    /// <summary>Groups of vectors around a direction each.</summary>
    public static float[][] Grouped(int groups, int each, int length, double spread, ulong seed)
    {
        var middles = Random(groups, length, seed);
        var noise = Random(groups * each, length, seed + 1);
        return [.. noise.Select((row, i) => row.Select((x, n) => middles[i / each][n] + (float)(spread * x)).ToArray())];
    }

    private static float Normal(ulong seed, int row, int column) => (float)new CounterGenerator(seed, (ulong)row, (ulong)column).Normals().First;
}
