using System.Globalization;
using System.Runtime.InteropServices;
using Hermes.Grains.Interfaces.Previews;
using Hermes.Imaging.Pictures;
using SkiaSharp;

namespace Hermes.Worker.Pictures;

/// <summary>Pixels as a file.</summary>
internal static class PngImage
{
    /// <summary>Encodes them; equal pixels are equal bytes.</summary>
    public static byte[] Encode(Pixels pixels)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(pixels.Width, pixels.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Marshal.Copy(pixels.Rgba, 0, bitmap.GetPixels(), pixels.Rgba.Length);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    /// <summary>A colour as <see cref="LabelColours"/> writes it.</summary>
    public static (byte R, byte G, byte B) Colour(string colour)
    {
        return (Part(1), Part(3), Part(5));

        byte Part(int at) => byte.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
