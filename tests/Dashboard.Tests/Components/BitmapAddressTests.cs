using Hermes.Client.Figures;
using Hermes.Dashboard.Components.Parts;

namespace Hermes.Dashboard.Tests.Components;

public sealed class BitmapAddressTests
{
    [Fact]
    public void Cells_become_pixels_from_the_lowest_row_up_as_bitmaps_have_them()
    {
        const string Prefix = "data:image/bmp;base64,";
        var address = BitmapAddress.Of(new FigureGrid(0, 0, 1, 1, 2, [(1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12)]));

        Assert.StartsWith(Prefix, address, StringComparison.Ordinal);
        var bytes = Convert.FromBase64String(address[Prefix.Length..]);
        Assert.Equal("BM"u8.ToArray(), bytes[..2]);
        Assert.Equal((54 + 16, 2, 2), (bytes.Length, bytes[18], bytes[22]));
        Assert.Equal((byte[])[9, 8, 7, 12, 11, 10, 0, 0, 3, 2, 1, 6, 5, 4, 0, 0], bytes[54..]);
    }
}
