using System.Globalization;
using System.Xml;

namespace Hermes.Client.Figures;

/// <summary>A figure as a file that browsers and drawing programs read.</summary>
public static class SvgFile
{
    private const string Svg = "http://www.w3.org/2000/svg";

    /// <summary>Writes a figure.</summary>
    public static void Write(Stream stream, Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        using var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, IndentChars = " ", NewLineChars = "\n", CloseOutput = false });
        xml.WriteStartElement("svg", Svg);
        Attributes(xml, ("width", figure.Width), ("height", figure.Height));
        xml.WriteAttributeString("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {figure.Width:0.##} {figure.Height:0.##}"));
        xml.WriteAttributeString("font-family", "sans-serif");
        Attributes(xml, ("font-size", Figure.TextSize));
        Box(xml, (0, 0, figure.Width, figure.Height), "#ffffff");
        foreach (var part in figure.Parts)
        {
            Write(xml, part);
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, FigurePart part)
    {
        switch (part)
        {
            case FigureLine line:
                xml.WriteStartElement("line", Svg);
                Attributes(xml, ("x1", line.X1), ("y1", line.Y1), ("x2", line.X2), ("y2", line.Y2));
                xml.WriteAttributeString("stroke", line.Colour);
                xml.WriteEndElement();
                break;
            case FigureDot dot:
                xml.WriteStartElement("circle", Svg);
                Attributes(xml, ("cx", dot.X), ("cy", dot.Y), ("r", dot.Radius));
                xml.WriteAttributeString("fill", dot.Colour);
                xml.WriteElementString("title", Svg, dot.Title);
                xml.WriteEndElement();
                break;
            case FigureText text:
                xml.WriteStartElement("text", Svg);
                Attributes(xml, ("x", text.X), ("y", text.Y));
                xml.WriteAttributeString("fill", text.IsQuiet ? FigureColours.Quiet : FigureColours.Text);
                xml.WriteAttributeString("text-anchor", text.IsEnd ? "end" : "start");
                xml.WriteString(text.Text);
                xml.WriteEndElement();
                break;
            case FigureGrid grid:
                Write(xml, grid);
                break;
        }
    }

    // Neighbours in a row that look the same are one box.
    private static void Write(XmlWriter xml, FigureGrid grid)
    {
        var (width, height) = (grid.Width / grid.Columns, grid.Height / grid.Rows);
        xml.WriteStartElement("g", Svg);
        xml.WriteAttributeString("shape-rendering", "crispEdges");
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var (from, to) = (0, 0); from < grid.Columns; from = to)
            {
                var colour = grid.Colours[(row * grid.Columns) + from];
                while (to < grid.Columns && grid.Colours[(row * grid.Columns) + to] == colour)
                {
                    to++;
                }

                Box(xml, (grid.X + (from * width), grid.Y + (row * height), (to - from) * width, height), FigureColours.Of(colour));
            }
        }

        xml.WriteEndElement();
    }

    private static void Box(XmlWriter xml, (double X, double Y, double Width, double Height) box, string colour)
    {
        xml.WriteStartElement("rect", Svg);
        Attributes(xml, ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", box.Height));
        xml.WriteAttributeString("fill", colour);
        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params ReadOnlySpan<(string Name, double Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            xml.WriteAttributeString(name, value.ToString("0.##", CultureInfo.InvariantCulture));
        }
    }
}
