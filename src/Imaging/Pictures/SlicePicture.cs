using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Pictures;

/// <summary>An axial slice as pixels, as a radiologist looks at it: the patient's right on the left, the front above.</summary>
public static class SlicePicture
{
    // As much of a structure's colour as lets the image be seen.
    private const double Cover = 0.5;

    /// <summary>The slice that shows most of the labels; the middle one where there are none.</summary>
    /// <param name="labels">The labels in RAS orientation.</param>
    public static int Choose(Volume<ushort> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var (geometry, plane) = (labels.Geometry, labels.Geometry.Width * labels.Geometry.Height);
        var counts = Enumerable.Range(0, geometry.Depth).Select(k => plane - labels.Voxels.AsSpan(k * plane, plane).Count((ushort)0)).ToList();
        return counts.Max() > 0 ? counts.IndexOf(counts.Max()) : geometry.Depth / 2;
    }

    /// <summary>Draws one.</summary>
    /// <param name="slice">What is on it.</param>
    /// <param name="side">Pixels along the longer side of the picture; pixels are square.</param>
    /// <param name="colourOf">The colour of a label; null for one that is not shown.</param>
    public static Pixels Draw(Slice slice, int side, Func<ushort, (byte R, byte G, byte B)?> colourOf)
    {
        ArgumentNullException.ThrowIfNull(slice);
        ArgumentNullException.ThrowIfNull(colourOf);
        var (width, height) = (slice.Width * slice.SpacingX, slice.Height * slice.SpacingY);
        var scale = side / Math.Max(width, height);
        var pixels = new Pixels(Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));
        var range = Math.Max(slice.White - slice.Black, double.Epsilon);
        for (var y = 0; y < pixels.Height; y++)
        {
            for (var x = 0; x < pixels.Width; x++)
            {
                // From the pixel's centre to the voxel whose centre is at whole numbers; both axes run the other way.
                var i = slice.Width - 0.5 - ((x + 0.5) * slice.Width / pixels.Width);
                var j = slice.Height - 0.5 - ((y + 0.5) * slice.Height / pixels.Height);
                var grey = 255 * Math.Clamp((slice.Intensity(i, j) - slice.Black) / range, 0, 1);
                var at = slice.Offset(i, j);
                if (slice.Labels is { } labels && colourOf(labels[at]) is var (r, g, b))
                {
                    pixels.Set(x, y, Mixed(r, grey), Mixed(g, grey), Mixed(b, grey));
                }
                else
                {
                    pixels.Set(x, y, (byte)grey, (byte)grey, (byte)grey);
                }
            }
        }

        return pixels;
    }

    private static byte Mixed(byte colour, double grey) => (byte)((Cover * colour) + ((1 - Cover) * grey));
}
