using System.Globalization;
using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Priors;

/// <summary>Draws how priors relate: a tree, the cosines in its order, and a map.</summary>
public static class PriorFigure
{
    private const double Margin = 16;
    private const double TreeWidth = 140;
    private const double GridSize = 560;
    private const int MostCells = 280;
    private const double LargestCell = 28;
    private const double SmallestNamedCell = 8;
    private const double ScaleHeight = 10;
    private const double MapSize = 420;
    private const double Line = 18;
    private const double Headed = Margin + (2 * Line);
    private const int LongestName = 40;

    /// <summary>Draws a view of the tasks, beside it the map, and below both what they show.</summary>
    /// <param name="map">The prior map.</param>
    /// <param name="view">One of its views of tasks.</param>
    /// <param name="similarity">The view's cosines [N, N].</param>
    /// <param name="style">How the map is drawn.</param>
    public static Figure OfTasks(PriorMap map, PriorView view, float[] similarity, PriorMapStyle style)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(style);
        var parts = new List<FigurePart>();
        var (width, height) = Heat(parts, Headed, [.. map.Tasks.Select(t => t.Task)], view, similarity);
        if (map.Tasks.Count > 2)
        {
            var (right, bottom) = Places(parts, width + Margin, Headed, map, style);
            parts.Add(new FigureText(width + Margin, Margin + Figure.TextSize, style.Title));
            (width, height) = (right, Math.Max(height, bottom));
        }

        parts = [new FigureText(Margin, Margin + Figure.TextSize, $"{(map.IsPosterior ? "Posterior tokens" : "Task priors")} of {map.Model}@{map.Version}, {view.Name}"), .. parts];
        foreach (var sentence in PriorSentences.Of(map))
        {
            parts.Add(new FigureText(Margin, height + Line, sentence, IsQuiet: true));
            height += Line;
            width = Math.Max(width, (2 * Margin) + Figure.WidthOf(sentence));
        }

        return new Figure(width, height + Margin, parts);
    }

    /// <summary>Draws a view of the modalities.</summary>
    /// <param name="map">The prior map.</param>
    /// <param name="view">One of its views of modalities.</param>
    /// <param name="similarity">The view's cosines [N, N].</param>
    public static Figure OfModalities(PriorMap map, PriorView view, float[] similarity)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(view);
        var title = $"Modality priors of {map.Model}@{map.Version}, {view.Name}";
        var parts = new List<FigurePart> { new FigureText(Margin, Margin + Figure.TextSize, title) };
        var (width, height) = Heat(parts, Headed, map.Modalities, view, similarity);
        return new Figure(Math.Max(width, (2 * Margin) + Figure.WidthOf(title)), height + Margin, parts);
    }

    /// <summary>Draws the tree and the cosines in its order.</summary>
    /// <param name="names">What is compared.</param>
    /// <param name="view">A view of it.</param>
    /// <param name="similarity">The view's cosines [N, N].</param>
    public static Figure Tree(IReadOnlyList<string> names, PriorView view, float[] similarity)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(view);
        var parts = new List<FigurePart>();
        var (width, height) = Heat(parts, Margin, names, view, similarity);
        return new Figure(width, height, parts);
    }

    /// <summary>Draws the map.</summary>
    /// <param name="map">The prior map.</param>
    /// <param name="style">How.</param>
    public static Figure Map(PriorMap map, PriorMapStyle style)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(style);
        var parts = new List<FigurePart>();
        var (width, height) = map.Tasks.Count == 0 ? (0, 0) : Places(parts, Margin, Margin, map, style);
        return new Figure(width, height, parts);
    }

    private static (double Right, double Bottom) Heat(List<FigurePart> parts, double top, IReadOnlyList<string> names, PriorView view, float[] similarity)
    {
        var count = names.Count;
        var cell = Math.Min(LargestCell, GridSize / Math.Max(count, 1));
        var (left, size) = (Margin + TreeWidth + 8, cell * count);
        Brackets(parts, view, cell, left - 8, top);

        var (lowest, highest) = Range(similarity, count);
        if (count > 0)
        {
            var cells = Math.Min(count, MostCells);
            parts.Add(new FigureGrid(left, top, size, size, cells, [
                .. from row in Enumerable.Range(0, cells)
                   from column in Enumerable.Range(0, cells)
                   select ColourScale.Of((Mean(row, column, cells) - lowest) / (highest - lowest))]));
        }

        var right = left + size;
        if (cell >= SmallestNamedCell)
        {
            for (var place = 0; place < count; place++)
            {
                var name = Short(names[view.Order[place]]);
                parts.Add(new FigureText(left + size + 8, top + ((place + 0.5) * cell) + 4, name, About: names[view.Order[place]]));
                right = Math.Max(right, left + size + 8 + Figure.WidthOf(name));
            }
        }

        return (Math.Max(right, Scale(parts, left, top + size + Line, string.Create(CultureInfo.InvariantCulture, $"cosine {lowest:0.00} to {highest:0.00}"))) + Margin, top + size + (3 * Line));

        // Of many tasks, neighbours in the order share a cell that can still be seen.
        double Mean(int row, int column, int cells)
        {
            var (sum, number) = (0.0, 0);
            for (var i = row * count / cells; i < (row + 1) * count / cells; i++)
            {
                for (var j = column * count / cells; j < (column + 1) * count / cells; j++)
                {
                    (sum, number) = (sum + similarity[(view.Order[i] * count) + view.Order[j]], number + 1);
                }
            }

            return sum / number;
        }
    }

    private static double Scale(List<FigurePart> parts, double left, double top, string text)
    {
        const int Steps = 64;
        parts.Add(new FigureGrid(left, top, 160, ScaleHeight, Steps, [.. Enumerable.Range(0, Steps).Select(i => ColourScale.Of(i / (Steps - 1.0)))]));
        parts.Add(new FigureText(left + 168, top + ScaleHeight, text, IsQuiet: true));
        return left + 168 + Figure.WidthOf(text);
    }

    // Each merge is a bracket as far to the left as its branches are apart; leaves lie at the right.
    private static void Brackets(List<FigurePart> parts, PriorView view, double cell, double right, double top)
    {
        var count = view.Order.Count;
        var farthest = Math.Max(view.Merges.Select(m => m.Distance).DefaultIfEmpty(0).Max(), 1e-9);
        var (across, along) = (new double[count + view.Merges.Count], new double[count + view.Merges.Count]);
        for (var place = 0; place < count; place++)
        {
            (across[view.Order[place]], along[view.Order[place]]) = (right, top + ((place + 0.5) * cell));
        }

        for (var k = 0; k < view.Merges.Count; k++)
        {
            var (merge, node) = (view.Merges[k], count + k);
            (across[node], along[node]) = (right - (TreeWidth * merge.Distance / farthest), (along[merge.Left] + along[merge.Right]) / 2);
            parts.Add(new FigureLine(across[merge.Left], along[merge.Left], across[node], along[merge.Left], FigureColours.Quiet));
            parts.Add(new FigureLine(across[merge.Right], along[merge.Right], across[node], along[merge.Right], FigureColours.Quiet));
            parts.Add(new FigureLine(across[node], along[merge.Left], across[node], along[merge.Right], FigureColours.Quiet));
        }
    }

    private static (double Right, double Bottom) Places(List<FigurePart> parts, double left, double top, PriorMap map, PriorMapStyle style)
    {
        var groups = style.Groups(map);
        var places = style.IsComponents ? map.Components : map.Places;
        var (x, y) = (Span(places.Select(p => p.X)), Span(places.Select(p => p.Y)));
        (double X, double Y)[] drawn = [.. places.Select(p => (left + (MapSize * Share(p.X, x)), top + (MapSize * (1 - Share(p.Y, y)))))];
        foreach (var (one, other) in style.Neighbours)
        {
            parts.Add(new FigureLine(drawn[one].X, drawn[one].Y, drawn[other].X, drawn[other].Y, FigureColours.Quiet));
        }

        var right = left + MapSize;
        for (var i = 0; i < map.Tasks.Count; i++)
        {
            var (task, (px, py)) = (map.Tasks[i], drawn[i]);
            parts.Add(new FigureDot(px, py, 5, style.ColourOf(groups, task), PriorMapStyle.About(task), task.Task));
            if (map.Tasks.Count <= MapSize / SmallestNamedCell)
            {
                var name = Short(task.Task);
                parts.Add(new FigureText(px + 8, py + 4, name, About: task.Task));
                right = Math.Max(right, px + 8 + Figure.WidthOf(name));
            }
        }

        var bottom = top + MapSize + (2 * Line);
        if (style.Colour == PriorColour.Dice)
        {
            right = Math.Max(right, Scale(parts, left, bottom - ScaleHeight, "Dice 0 to 1"));
            bottom += Line;
        }

        foreach (var group in groups)
        {
            parts.Add(new FigureDot(left + 5, bottom - 4, 5, PriorMapStyle.ColourOf(groups, group), group));
            parts.Add(new FigureText(left + 16, bottom, Short(group), IsQuiet: true));
            bottom += Line;
        }

        return (Math.Max(right, left + Figure.WidthOf(style.Title)) + Margin, bottom);
    }

    // Of the cells off the diagonal, which is 1 in any case.
    private static (double Lowest, double Highest) Range(float[] similarity, int count)
    {
        var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                lowest = Math.Min(lowest, similarity[(i * count) + j]);
                highest = Math.Max(highest, similarity[(i * count) + j]);
            }
        }

        return lowest < highest ? (lowest, highest) : double.IsFinite(lowest) ? (lowest - 0.5, lowest + 0.5) : (0, 1);
    }

    private static (double From, double To) Span(IEnumerable<double> values)
    {
        List<double> all = [.. values];
        return (all.Min(), all.Max());
    }

    private static double Share(double value, (double From, double To) span) => span.To > span.From ? (value - span.From) / (span.To - span.From) : 0.5;

    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1)]}…";
}
