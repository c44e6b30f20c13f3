namespace Hermes.Imaging.Volumes;

/// <summary>
/// How positions along one axis of a grid relate to those of a resampled grid. An index is the centre of a voxel. The target has
/// round(size · spacing / target spacing) voxels, at least one, of exactly the target spacing, and both grids share their centre:
/// source = (target - (n' - 1) / 2) · target spacing / spacing + (n - 1) / 2. Or they share their first voxel: source = target · target spacing / spacing.
/// </summary>
/// <param name="SourceSize">Voxels before, n.</param>
/// <param name="TargetSize">Voxels after, n'.</param>
/// <param name="Step">Source voxels per target voxel: target spacing / spacing.</param>
/// <param name="FromFirst">Whether both grids share their first voxel and not their centre.</param>
public readonly record struct ResampledAxis(int SourceSize, int TargetSize, double Step, bool FromFirst = false)
{
    /// <summary>Whether source and target are the same voxels.</summary>
    public bool IsIdentity => SourceSize == TargetSize && Step == 1;

    /// <summary>The axis for a size and two spacings in mm.</summary>
    /// <exception cref="ArgumentException">A size or spacing is not positive, or the target would have more than 2^31 voxels.</exception>
    public static ResampledAxis Between(int size, double spacing, double targetSpacing)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (!(spacing > 0) || !(targetSpacing > 0) || !double.IsFinite(spacing) || !double.IsFinite(targetSpacing))
        {
            throw new ArgumentException($"Spacings are positive, not {spacing} and {targetSpacing} mm.", nameof(spacing));
        }

        // Spacings that differ by the rounding of a 32-bit header are the same: such an axis is not touched.
        var step = targetSpacing / spacing;
        if (Math.Abs(step - 1) < 1e-6)
        {
            return new ResampledAxis(size, size, 1);
        }

        var target = Math.Round(size / step, MidpointRounding.AwayFromZero);
        return target <= int.MaxValue ? new ResampledAxis(size, Math.Max(1, (int)target), step)
            : throw new ArgumentException($"{size} voxels of {spacing} mm are too many at {targetSpacing} mm.", nameof(targetSpacing));
    }

    /// <summary>The source position, not rounded, of a target position.</summary>
    public double ToSource(double target) => FromFirst ? target * Step : (target - (TargetSize - 1) * 0.5) * Step + (SourceSize - 1) * 0.5;

    /// <summary>The target position, not rounded, of a source position.</summary>
    public double ToTarget(double source) => FromFirst ? source / Step : (source - (SourceSize - 1) * 0.5) / Step + (TargetSize - 1) * 0.5;
}
