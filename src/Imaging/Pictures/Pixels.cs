namespace Hermes.Imaging.Pictures;

/// <summary>A picture.</summary>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
public sealed record Pixels(int Width, int Height)
{
    /// <summary>Red, green, blue and opacity of every pixel, row by row.</summary>
    public byte[] Rgba { get; } = new byte[4 * Width * Height];

    /// <summary>Gives an opaque pixel its colour.</summary>
    public void Set(int x, int y, byte r, byte g, byte b) => (Rgba[At(x, y)], Rgba[At(x, y) + 1], Rgba[At(x, y) + 2], Rgba[At(x, y) + 3]) = (r, g, b, byte.MaxValue);

    /// <summary>The colour of a pixel.</summary>
    public (byte R, byte G, byte B) Get(int x, int y) => (Rgba[At(x, y)], Rgba[At(x, y) + 1], Rgba[At(x, y) + 2]);

    /// <summary>Puts another picture into this one, its left upper corner at a place; all of it lies within.</summary>
    public void Put(Pixels other, int x, int y)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var row = 0; row < other.Height; row++)
        {
            other.Rgba.AsSpan(other.At(0, row), 4 * other.Width).CopyTo(Rgba.AsSpan(At(x, y + row)));
        }
    }

    private int At(int x, int y) => 4 * ((y * Width) + x);
}
