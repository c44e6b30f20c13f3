using System.Globalization;

namespace Hermes.Imaging.Preprocessing;

/// <summary>Distances between voxel centres in mm, in the order of a [D, H, W] array in RAS orientation.</summary>
/// <param name="Depth">Along S.</param>
/// <param name="Height">Along A.</param>
/// <param name="Width">Along R.</param>
public readonly record struct GridSpacing(double Depth, double Height, double Width)
{
    /// <summary>The same distance along every axis.</summary>
    public static GridSpacing Isotropic(double millimetres) => new(millimetres, millimetres, millimetres);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Depth:0.###}×{Height:0.###}×{Width:0.###} mm");
}
