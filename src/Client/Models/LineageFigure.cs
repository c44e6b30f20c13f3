using System.Globalization;
using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Models;

/// <summary>Draws how versions came of one another: a row each, the newest above, with a line down to the version it came of.</summary>
public static class LineageFigure
{
    private const double Row = 28;
    private const double Lane = 18;
    private const double Margin = 12;
    private const double Radius = 5;
    private const int LongestText = 64;

    private const string LiveColour = "#009e73";
    private const string GoneColour = "#b9770e";

    /// <summary>Draws versions that stand side by side in a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="origins">Some of its versions, oldest first. What came of a version that is not among them hangs on a line that goes on below.</param>
    public static Figure Of(ModelStatus model, IReadOnlyList<VersionOrigin> origins)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(origins);
        var rows = origins.Reverse().ToList();
        var lines = new List<FigurePart>();
        var dots = new List<FigurePart>();
        var bottom = (rows.Count * Row) + Margin;

        // What stands in a lane: the version that its line leads down to, and where the line begins.
        var lanes = new List<(int Version, double Top)?>();
        var places = new List<int>();
        foreach (var (row, origin) in rows.Index())
        {
            var (number, y) = (origin.Version.Version, Y(row));
            var place = lanes.FindIndex(l => l?.Version == number);
            place = place >= 0 ? place : lanes.FindIndex(l => l is null);
            if (place < 0)
            {
                place = lanes.Count;
                lanes.Add(null);
            }

            for (var lane = 0; lane < lanes.Count; lane++)
            {
                if (lanes[lane] is { } ends && ends.Version == number)
                {
                    Join(lines, X(lane), ends.Top, X(place), y);
                    lanes[lane] = null;
                }
            }

            lanes[place] = origin.Parent is { } parent ? (parent, y) : null;
            dots.Add(new FigureDot(X(place), y, Radius, Colour(model, origin.Version), $"{model.Name}@{number}", Name(number)));
            places.Add(place);
        }

        lines.AddRange(lanes.Index().Where(l => l.Item is not null).Select(l => new FigureLine(X(l.Index), l.Item!.Value.Top, X(l.Index), bottom, FigureColours.Quiet)));
        var left = X(Math.Max(lanes.Count - 1, 0)) + (2 * Radius) + 6;
        var words = left + Figure.WidthOf($"{rows.FirstOrDefault()?.Version.Version}") + 14;
        var texts = rows.Index().SelectMany(r => new FigurePart[]
        {
            new FigureText(left, Y(r.Index) + 4, Name(r.Item.Version.Version), About: Name(r.Item.Version.Version)),
            new FigureText(words, Y(r.Index) + 4, Words(model, r.Item), IsQuiet: true),
        }).ToList();
        var width = texts.OfType<FigureText>().Select(t => t.X + Figure.WidthOf(t.Text)).DefaultIfEmpty(0).Max() + Margin;
        return new Figure(width, bottom, [.. lines, .. dots, .. texts]);
    }

    /// <summary>The marks of a version beside its number: its aliases, and whether it is withdrawn or retired.</summary>
    public static IEnumerable<string> Marks(ModelStatus model, ModelVersion version)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(version);
        return model.AliasesOf(version.Version).Concat(model.IsRetired(version) ? ["retired"] : model.IsWithdrawn(version) ? ["withdrawn"] : []);
    }

    private static string Words(ModelStatus model, VersionOrigin origin)
    {
        var text = string.Join(", ", Marks(model, origin.Version).Append(ModelSentences.Of(origin)).Concat(origin.Parent is { } parent ? [$"from version {parent}"] : []));
        return text.Length <= LongestText ? text : $"{text[..LongestText]}…";
    }

    // Down its own lane, and to the side on the last row before the version it leads to.
    private static void Join(List<FigurePart> lines, double x, double top, double toX, double toY)
    {
        var turn = x == toX ? toY : toY - (Row / 2);
        lines.Add(new FigureLine(x, top, x, turn, FigureColours.Quiet));
        if (x != toX)
        {
            lines.Add(new FigureLine(x, turn, toX, toY, FigureColours.Quiet));
        }
    }

    private static string Colour(ModelStatus model, ModelVersion version) =>
        model.Live()?.Version == version.Version ? LiveColour : model.IsGone(version) ? GoneColour : FigureColours.Quiet;

    private static string Name(int version) => version.ToString(CultureInfo.InvariantCulture);

    private static double X(int lane) => Margin + (lane * Lane);

    private static double Y(int row) => Margin + (Row / 2) + (row * Row);
}
