using System.Runtime.InteropServices;

namespace Hermes.Imaging.Evaluation;

/// <summary>What every label of one map has in common with every label of another.</summary>
public static class LabelOverlap
{
    /// <summary>Voxels in common of every pair of labels that has any, in one pass; 0 is no label.</summary>
    /// <exception cref="ArgumentException">The maps differ in size.</exception>
    public static IReadOnlyDictionary<(ushort First, ushort Second), long> Count(ReadOnlySpan<ushort> first, ReadOnlySpan<ushort> second)
    {
        if (first.Length != second.Length)
        {
            throw new ArgumentException($"One map has {first.Length} voxels, the other {second.Length}.", nameof(second));
        }

        var counts = new Dictionary<(ushort, ushort), long>();
        for (var n = 0; n < first.Length; n++)
        {
            if (first[n] != 0 && second[n] != 0)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(counts, (first[n], second[n]), out _)++;
            }
        }

        return counts;
    }
}
