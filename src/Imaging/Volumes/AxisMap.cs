namespace Hermes.Imaging.Volumes;

/// <summary>
/// How the axes of one array become those of another: target axis a (0 = i, 1 = j, 2 = k) runs along source axis
/// <c>Source(a)</c>, backwards when <c>Flipped(a)</c>. Moves voxels only, never changes a value.
/// </summary>
/// <param name="SourceI">The source axis that the target's i runs along.</param>
/// <param name="SourceJ">The source axis that the target's j runs along.</param>
/// <param name="SourceK">The source axis that the target's k runs along.</param>
/// <param name="FlipI">Whether the target's i runs backwards along it.</param>
/// <param name="FlipJ">Whether the target's j runs backwards along it.</param>
/// <param name="FlipK">Whether the target's k runs backwards along it.</param>
public readonly record struct AxisMap(int SourceI, int SourceJ, int SourceK, bool FlipI, bool FlipJ, bool FlipK)
{
    /// <summary>The map that changes nothing.</summary>
    public static AxisMap Identity { get; } = new(0, 1, 2, false, false, false);

    /// <summary>The map that takes an array in one orientation to another orientation.</summary>
    public static AxisMap Between(Orientation from, Orientation to)
    {
        Span<int> source = stackalloc int[3];
        Span<bool> flip = stackalloc bool[3];
        for (var target = 0; target < 3; target++)
        {
            for (var axis = 0; axis < 3; axis++)
            {
                if (Math.Abs(from[axis]) == Math.Abs(to[target]))
                {
                    source[target] = axis;
                    flip[target] = Math.Sign(from[axis]) != Math.Sign(to[target]);
                }
            }
        }

        return new AxisMap(source[0], source[1], source[2], flip[0], flip[1], flip[2]);
    }

    /// <summary>The source axis of a target axis.</summary>
    public int Source(int target) =>
        target switch { 0 => SourceI, 1 => SourceJ, 2 => SourceK, _ => throw new ArgumentOutOfRangeException(nameof(target)) };

    /// <summary>Whether a target axis runs backwards along its source axis.</summary>
    public bool Flipped(int target) =>
        target switch { 0 => FlipI, 1 => FlipJ, 2 => FlipK, _ => throw new ArgumentOutOfRangeException(nameof(target)) };

    /// <summary>The map back.</summary>
    public AxisMap Inverse()
    {
        Span<int> source = stackalloc int[3];
        Span<bool> flip = stackalloc bool[3];
        for (var target = 0; target < 3; target++)
        {
            source[Source(target)] = target;
            flip[Source(target)] = Flipped(target);
        }

        return new AxisMap(source[0], source[1], source[2], flip[0], flip[1], flip[2]);
    }
}
