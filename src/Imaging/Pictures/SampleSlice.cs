namespace Hermes.Imaging.Pictures;

/// <summary>One axial slice of a case with what its reference says and what was found.</summary>
/// <param name="Image">The image [H, W], rows towards the front, columns towards the right.</param>
/// <param name="Truth">Labels of the reference [H, W].</param>
/// <param name="Found">Labels that were found [H, W].</param>
/// <param name="Width">Columns.</param>
/// <param name="SpacingX">Width of a voxel in mm.</param>
/// <param name="SpacingY">Height of a voxel in mm.</param>
public sealed record SampleSlice(float[] Image, ushort[] Truth, ushort[] Found, int Width, double SpacingX, double SpacingY)
{
    // Of a hundred voxels one may be black and one white.
    private const double Extremes = 0.01;

    /// <summary>Draws where reference and what was found agree.</summary>
    /// <param name="side">Pixels along the longer side.</param>
    /// <param name="both">The colour of what was found rightly.</param>
    /// <param name="foundAlone">The colour of what was found but is another label, or none, in the reference.</param>
    /// <param name="missed">The colour of what is in the reference but was not found.</param>
    public Pixels Draw(int side, (byte R, byte G, byte B) both, (byte R, byte G, byte B) foundAlone, (byte R, byte G, byte B) missed)
    {
        var agreement = new ushort[Truth.Length];
        for (var n = 0; n < agreement.Length; n++)
        {
            agreement[n] = (ushort)(Found[n] == 0 ? (Truth[n] == 0 ? 0 : 3) : Found[n] == Truth[n] ? 1 : 2);
        }

        var sorted = Image.Order().ToArray();
        var cut = (int)(Extremes * (sorted.Length - 1));
        return SlicePicture.Draw(
            new Slice(Image, agreement, Width, SpacingX, SpacingY, sorted[cut], sorted[^(cut + 1)]),
            side,
            value => value switch { 1 => both, 2 => foundAlone, 3 => missed, _ => null });
    }
}
