namespace Hermes.Client.Figures;

/// <summary>A drawing, as parts that a page, a file writer or a printer can each draw in its own way; the first lie below the others.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Parts">What is on it.</param>
public sealed record Figure(double Width, double Height, IReadOnlyList<FigurePart> Parts)
{
    /// <summary>The size of text, in pixels.</summary>
    public const double TextSize = 12;

    /// <summary>About how wide a text is, in pixels: fonts differ.</summary>
    public static double WidthOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length * TextSize * 0.56;
    }
}

/// <summary>A part of a figure. Positions are in pixels from the upper left; colours are <c>#rrggbb</c>.</summary>
public abstract record FigurePart;

/// <summary>A straight line.</summary>
public sealed record FigureLine(double X1, double Y1, double X2, double Y2, string Colour) : FigurePart;

/// <summary>A filled circle around (X, Y).</summary>
/// <param name="X">Its middle.</param>
/// <param name="Y">Its middle.</param>
/// <param name="Radius">In pixels.</param>
/// <param name="Colour">Its colour.</param>
/// <param name="Title">What it stands for.</param>
/// <param name="About">The name of what it stands for, where a page can lead there.</param>
public sealed record FigureDot(double X, double Y, double Radius, string Colour, string Title, string? About = null) : FigurePart;

/// <summary>A line of text that begins, or ends, at (X, Y), the height of its foot.</summary>
/// <param name="X">Where it begins.</param>
/// <param name="Y">The foot of its letters.</param>
/// <param name="Text">The text.</param>
/// <param name="IsEnd">Whether it ends there.</param>
/// <param name="IsQuiet">Whether it is less important.</param>
/// <param name="About">The name of what it stands for, where a page can lead there.</param>
public sealed record FigureText(double X, double Y, string Text, bool IsEnd = false, bool IsQuiet = false, string? About = null) : FigurePart;

/// <summary>Rows of cells of equal size.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">Of all cells together.</param>
/// <param name="Height">Of all cells together.</param>
/// <param name="Columns">Cells in a row.</param>
/// <param name="Colours">Red, green and blue of each cell, row by row.</param>
public sealed record FigureGrid(double X, double Y, double Width, double Height, int Columns, IReadOnlyList<(byte Red, byte Green, byte Blue)> Colours) : FigurePart
{
    /// <summary>Rows of cells.</summary>
    public int Rows => Columns == 0 ? 0 : Colours.Count / Columns;
}
