using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Pictures;

/// <summary>One axial slice.</summary>
/// <param name="Intensities">The image [H, W], rows towards the front, columns towards the right.</param>
/// <param name="Labels">Labels [H, W], if there are any.</param>
/// <param name="Width">Columns.</param>
/// <param name="SpacingX">Width of a voxel in mm.</param>
/// <param name="SpacingY">Height of a voxel in mm.</param>
/// <param name="Black">The intensity that is black.</param>
/// <param name="White">The intensity that is white.</param>
public sealed record Slice(float[] Intensities, ushort[]? Labels, int Width, double SpacingX, double SpacingY, double Black, double White)
{
    /// <summary>Rows.</summary>
    public int Height => Intensities.Length / Width;

    /// <summary>A slice of volumes in RAS orientation.</summary>
    /// <param name="image">The image.</param>
    /// <param name="labels">Labels on its grid, if there are any.</param>
    /// <param name="k">Which slice.</param>
    /// <param name="black">The intensity that is black.</param>
    /// <param name="white">The intensity that is white.</param>
    public static Slice Of(Volume<float> image, Volume<ushort>? labels, int k, double black, double white)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (geometry, plane) = (image.Geometry, image.Geometry.Width * image.Geometry.Height);
        return new Slice(
            image.Voxels.AsSpan(k * plane, plane).ToArray(), labels?.Voxels.AsSpan(k * plane, plane).ToArray(), geometry.Width,
            geometry.Spacing.X, geometry.Spacing.Y, black, white);
    }

    /// <summary>The position of the voxel that holds a point.</summary>
    internal int Offset(double i, double j) => (Nearest(j, Height) * Width) + Nearest(i, Width);

    /// <summary>The intensity at a point between voxel centres.</summary>
    internal double Intensity(double i, double j)
    {
        var (i0, j0) = ((int)Math.Floor(i), (int)Math.Floor(j));
        var (di, dj) = (i - i0, j - j0);
        return ((1 - dj) * (((1 - di) * At(i0, j0)) + (di * At(i0 + 1, j0)))) + (dj * (((1 - di) * At(i0, j0 + 1)) + (di * At(i0 + 1, j0 + 1))));
    }

    private float At(int i, int j) => Intensities[(Math.Clamp(j, 0, Height - 1) * Width) + Math.Clamp(i, 0, Width - 1)];

    private static int Nearest(double at, int size) => Math.Clamp((int)Math.Round(at), 0, size - 1);
}
