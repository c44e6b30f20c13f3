using Hermes.Client.Figures;
using Hermes.Grains.Interfaces;
using SkiaSharp;

namespace Hermes.Client.Tests.Figures;

public sealed class PngFileTests
{
    [SkippableFact]
    public void Parts_lie_where_they_are_said_to_at_twice_the_size()
    {
        Requirement.Font();
        using var picture = Written(new Figure(40, 20,
        [
            new FigureGrid(0, 0, 20, 10, 2, [(255, 0, 0), (0, 0, 255)]),
            new FigureDot(30, 10, 5, "#00ff00", "a dot"),
            new FigureText(0, 18, "text"),
        ]));

        Assert.Equal((80, 40), (picture.Width, picture.Height));
        Assert.Equal(SKColors.Red, picture.GetPixel(10, 10));
        Assert.Equal(SKColors.Blue, picture.GetPixel(30, 10));
        Assert.Equal(SKColors.Lime, picture.GetPixel(60, 20));
        Assert.Equal(SKColors.White, picture.GetPixel(78, 2));
        Assert.Contains(Enumerable.Range(0, 50), x => Enumerable.Range(22, 16).Any(y => picture.GetPixel(x, y).Red < 100));
    }

    [Fact]
    public void A_figure_too_large_for_a_picture_is_refused_before_memory_is_taken() =>
        Assert.Contains("too large", Assert.Throws<HermesException>(() => PngFile.Write(Stream.Null, new Figure(5000, 10, []))).Message, StringComparison.Ordinal);

    private static SKBitmap Written(Figure figure)
    {
        using var stream = new MemoryStream();
        PngFile.Write(stream, figure);
        return SKBitmap.Decode(stream.ToArray());
    }
}
