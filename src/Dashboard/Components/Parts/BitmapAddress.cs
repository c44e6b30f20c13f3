using System.Buffers.Binary;
using Hermes.Client.Figures;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>Cells of a figure as a picture in an address: a device-independent bitmap, which needs no encoder, a pixel for each cell.</summary>
internal static class BitmapAddress
{
    private const int FileHeader = 14;
    private const int InfoHeader = 40;
    private const int BitsPerPixel = 24;

    public static string Of(FigureGrid grid)
    {
        // Rows end at multiples of four bytes, and the lowest comes first.
        var row = ((grid.Columns * 3) + 3) / 4 * 4;
        var bytes = new byte[FileHeader + InfoHeader + (row * grid.Rows)];
        "BM"u8.CopyTo(bytes);
        Write(bytes, 2, bytes.Length);
        Write(bytes, 10, FileHeader + InfoHeader);
        Write(bytes, 14, InfoHeader);
        Write(bytes, 18, grid.Columns);
        Write(bytes, 22, grid.Rows);
        Write(bytes, 26, 1 | (BitsPerPixel << 16));
        for (var cell = 0; cell < grid.Colours.Count; cell++)
        {
            var (red, green, blue) = grid.Colours[cell];
            var at = FileHeader + InfoHeader + (row * (grid.Rows - 1 - (cell / grid.Columns))) + (3 * (cell % grid.Columns));
            (bytes[at], bytes[at + 1], bytes[at + 2]) = (blue, green, red);
        }

        return $"data:image/bmp;base64,{Convert.ToBase64String(bytes)}";
    }

    private static void Write(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
}
