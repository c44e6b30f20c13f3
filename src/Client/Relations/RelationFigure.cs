using System.Globalization;
using Hermes.Client.Figures;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Relations;

/// <summary>Draws what was predicted against what was gained: a dot for each pair.</summary>
public static class RelationFigure
{
    private const double Margin = 16;
    private const double Axis = 56;
    private const double Size = 300;
    private const double Line = 18;
    private const double Radius = 4;
    private const string Dot = "#2a78b5";

    /// <summary>Draws one predictor against both kinds of gain.</summary>
    /// <param name="study">The study.</param>
    /// <param name="predictor">The predictor's name.</param>
    public static Figure Of(RelationStudy study, string predictor)
    {
        ArgumentNullException.ThrowIfNull(study);
        var parts = new List<FigurePart>();
        var left = Margin;
        foreach (var gain in Enum.GetValues<RelationGain>())
        {
            Plot(parts, left, [.. study.Pairs.Where(p => p.Predicted.ContainsKey(predictor))], predictor, gain);
            left += Axis + Size + (2 * Margin);
        }

        return new Figure(left, Size + (4 * Line) + Margin, parts);
    }

    /// <summary>The same with what was measured and how well that was predicted below it, for readers who have nothing else.</summary>
    /// <param name="study">The study.</param>
    /// <param name="predictor">The predictor's name.</param>
    public static Figure WithSentences(RelationStudy study, string predictor)
    {
        var figure = Of(study, predictor);
        var parts = figure.Parts.ToList();
        var (width, height) = (figure.Width, figure.Height);
        string[] sentences = [RelationSentences.Of(study).First(), .. study.Grades.Where(g => g.Predictor == predictor).Select(RelationSentences.Of)];
        foreach (var sentence in sentences)
        {
            parts.Add(new FigureText(Margin, height, sentence, IsQuiet: true));
            height += Line;
            width = Math.Max(width, (2 * Margin) + Figure.WidthOf(sentence));
        }

        return new Figure(width, height, parts);
    }

    private static void Plot(List<FigurePart> parts, double left, IReadOnlyList<RelationPair> pairs, string predictor, RelationGain gain)
    {
        var (x0, top) = (left + Axis, Margin + Line);
        var (lowX, highX) = Range(pairs.Select(p => p.Predicted[predictor]));
        // 0 is always on it: the line below which a pair lost.
        var (lowY, highY) = Range(pairs.Select(p => p.Gain(gain)).Append(0));
        parts.Add(new FigureText(x0, Margin + Figure.TextSize, $"{RelationSentences.Word(gain)} (Dice)"));
        parts.Add(new FigureLine(x0, top, x0, top + Size, FigureColours.Quiet));
        parts.Add(new FigureLine(x0, top + Size, x0 + Size, top + Size, FigureColours.Quiet));
        parts.Add(new FigureLine(x0, Y(0), x0 + Size, Y(0), FigureColours.Quiet));
        foreach (var value in new[] { lowY, 0, highY }.Distinct())
        {
            parts.Add(new FigureText(x0 - 6, Y(value) + 4, Number(value), IsEnd: true, IsQuiet: true));
        }

        parts.Add(new FigureText(x0, top + Size + Line, Number(lowX), IsQuiet: true));
        parts.Add(new FigureText(x0 + Size, top + Size + Line, Number(highX), IsEnd: true, IsQuiet: true));
        parts.Add(new FigureText(x0 + ((Size - Figure.WidthOf(predictor)) / 2), top + Size + (2 * Line), predictor));
        foreach (var pair in pairs)
        {
            parts.Add(new FigureDot(
                X(pair.Predicted[predictor]), Y(pair.Gain(gain)), Radius, Dot, $"{RelationSentences.Of(pair, gain)}, {predictor} {Number(pair.Predicted[predictor])}"));
        }

        double X(double value) => x0 + ((value - lowX) / (highX - lowX) * Size);

        double Y(double value) => top + Size - ((value - lowY) / (highY - lowY) * Size);
    }

    // What is the same everywhere lies in the middle.
    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var (low, high) = values.DefaultIfEmpty(0).Aggregate((Low: double.MaxValue, High: double.MinValue), (range, v) => (Math.Min(range.Low, v), Math.Max(range.High, v)));
        return high - low > 1e-9 ? (low, high) : (low - 0.5, high + 0.5);
    }

    private static string Number(double value) => value.ToString("0.00#", CultureInfo.InvariantCulture);
}
