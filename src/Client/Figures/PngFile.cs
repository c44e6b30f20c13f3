using Hermes.Grains.Interfaces;
using SkiaSharp;

namespace Hermes.Client.Figures;

/// <summary>A figure as pixels, two for each of its own, for slides and screens alike.</summary>
public static class PngFile
{
    private const int Scale = 2;
    private const int LargestSide = 8000;

    // A program brings no letters of its own: the fonts that Linux systems have, the plainest first.
    private static readonly string[] Fonts = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "FreeSans.ttf", "Ubuntu-R.ttf"];
    private static readonly string[] Folders = ["/usr/share/fonts", "/usr/local/share/fonts"];

    /// <summary>Writes a figure.</summary>
    /// <exception cref="HermesException">There is no font to write its text with, or it is too large for a picture.</exception>
    public static void Write(Stream stream, Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (Math.Max(figure.Width, figure.Height) * Scale > LargestSide)
        {
            throw new HermesException($"The figure is {figure.Width:0} by {figure.Height:0} pixels, too large for a PNG.", hint: "Write it as SVG.");
        }

        using var letters = Letters();
        using var bitmap = new SKBitmap((int)Math.Ceiling(figure.Width * Scale), (int)Math.Ceiling(figure.Height * Scale));
        using (var canvas = new SKCanvas(bitmap))
        {
            canvas.Clear(SKColors.White);
            canvas.Scale(Scale);
            foreach (var part in figure.Parts)
            {
                Draw(canvas, letters, part);
            }
        }

        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        png.SaveTo(stream);
    }

    private static void Draw(SKCanvas canvas, SKTypeface letters, FigurePart part)
    {
        using var paint = new SKPaint { IsAntialias = true };
        switch (part)
        {
            case FigureLine line:
                paint.Color = SKColor.Parse(line.Colour);
                paint.StrokeWidth = 1;
                canvas.DrawLine((float)line.X1, (float)line.Y1, (float)line.X2, (float)line.Y2, paint);
                break;
            case FigureDot dot:
                paint.Color = SKColor.Parse(dot.Colour);
                canvas.DrawCircle((float)dot.X, (float)dot.Y, (float)dot.Radius, paint);
                break;
            case FigureText text:
                paint.Color = SKColor.Parse(text.IsQuiet ? FigureColours.Quiet : FigureColours.Text);
                paint.Typeface = letters;
                paint.TextSize = (float)Figure.TextSize;
                paint.TextAlign = text.IsEnd ? SKTextAlign.Right : SKTextAlign.Left;
                canvas.DrawText(text.Text, (float)text.X, (float)text.Y, paint);
                break;
            case FigureGrid grid:
                using (var cells = new SKBitmap(grid.Columns, grid.Rows))
                {
                    cells.Pixels = [.. grid.Colours.Select(c => new SKColor(c.Red, c.Green, c.Blue))];
                    paint.FilterQuality = SKFilterQuality.None;
                    canvas.DrawBitmap(cells, SKRect.Create((float)grid.X, (float)grid.Y, (float)grid.Width, (float)grid.Height), paint);
                }

                break;
        }
    }

    private static SKTypeface Letters()
    {
        string[] folders = [.. Folders, Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "fonts")];
        var files = folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.ttf", SearchOption.AllDirectories)).ToList();
        var file = Fonts.Select(name => files.Find(f => Path.GetFileName(f) == name)).FirstOrDefault(f => f is not null) ?? files.Order(StringComparer.Ordinal).FirstOrDefault();
        return file is not null && SKTypeface.FromFile(file) is { } letters
            ? letters
            : throw new HermesException("There is no font on this machine to write the text of a PNG with.", hint: "Install one, such as Debian's fonts-dejavu-core, or write SVG.");
    }
}
