using System.Xml.Linq;
using Hermes.Client.Figures;

namespace Hermes.Client.Tests.Figures;

public sealed class SvgFileTests
{
    [Fact]
    public void Names_that_look_like_markup_are_text()
    {
        var svg = Written(new Figure(10, 10, [new FigureText(1, 9, "<script>alert(1)</script>"), new FigureDot(1, 1, 1, "#000000", "a & b")]));

        Assert.Equal("<script>alert(1)</script>", Named(svg, "text").Single().Value);
        Assert.Equal("a & b", Named(svg, "title").Single().Value);
        Assert.Empty(Named(svg, "script"));
    }

    [Fact]
    public void Neighbours_that_look_the_same_are_one_box()
    {
        var (dark, light) = (((byte)0, (byte)0, (byte)0), ((byte)255, (byte)255, (byte)255));
        var svg = Written(new Figure(30, 20, [new FigureGrid(0, 0, 30, 20, 3, [dark, dark, light, light, dark, dark])]));

        var boxes = Named(svg, "g").Single().Elements().Select(b => $"{b.Attribute("x")!.Value} {b.Attribute("y")!.Value} {b.Attribute("width")!.Value} {b.Attribute("fill")!.Value}");
        Assert.Equal(["0 0 20 #000000", "20 0 10 #ffffff", "0 10 10 #ffffff", "10 10 20 #000000"], boxes);
    }

    private static XDocument Written(Figure figure)
    {
        using var stream = new MemoryStream();
        SvgFile.Write(stream, figure);
        stream.Position = 0;
        return XDocument.Load(stream);
    }

    private static IEnumerable<XElement> Named(XDocument svg, string name) => svg.Descendants().Where(e => e.Name.LocalName == name);
}
