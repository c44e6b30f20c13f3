using Hermes.Client.Figures;
using Hermes.Client.Models;

namespace Hermes.Client.Tests.Models;

public sealed class LineageFigureTests
{
    [Fact]
    public void Every_version_is_a_dot_and_a_line_of_text_the_newest_above()
    {
        var figure = Draw(Grown.Forked(), out _);

        Assert.Equal(["4", "3", "2", "1"], figure.Parts.OfType<FigureText>().Where(t => t.About is not null).OrderBy(t => t.Y).Select(t => t.Text));
        Assert.Equal(
            ["candidate, trained by the run second", "live, with nodes, from version 1", "with lesions, from version 1", "trained by the run first"],
            figure.Parts.OfType<FigureText>().Where(t => t.IsQuiet).OrderBy(t => t.Y).Select(t => t.Text));
    }

    [Fact]
    public void Two_versions_of_one_stand_beside_each_other_and_their_lines_meet_in_it()
    {
        var figure = Draw(Grown.Forked(), out var dots);

        Assert.NotEqual(dots["2"].X, dots["3"].X);
        Assert.Equal(2, figure.Parts.OfType<FigureLine>().Count(l => (l.X2, l.Y2) == (dots["1"].X, dots["1"].Y)));
        Assert.DoesNotContain(figure.Parts.OfType<FigureLine>(), l => (l.X1, l.Y1) == (dots["4"].X, dots["4"].Y));
    }

    [Fact]
    public void Forty_versions_in_a_line_stand_below_one_another()
    {
        Draw(Grown.InLine(40), out var dots);

        Assert.Equal(40, dots.Count);
        Assert.Single(dots.Values.Select(d => d.X).Distinct());
        Assert.Equal(40, dots.Values.Select(d => d.Y).Distinct().Count());
    }

    [Fact]
    public void A_part_of_the_versions_hangs_on_a_line_that_goes_on_below()
    {
        var model = Grown.InLine(40);

        var figure = LineageFigure.Of(model, [.. ModelLineage.Of(model).TakeLast(10)]);

        Assert.Equal(10, figure.Parts.OfType<FigureDot>().Count());
        Assert.Contains(figure.Parts.OfType<FigureLine>(), l => l.Y2 == figure.Height);
    }

    [Fact]
    public void One_version_is_drawn_without_a_line() => Assert.Empty(Draw(Grown.InLine(1), out _).Parts.OfType<FigureLine>());

    [Fact]
    public void What_is_withdrawn_is_marked_by_a_word()
    {
        var model = Grown.Forked() with { Withdrawn = ["local/lesions"] };

        Assert.Contains(LineageFigure.Of(model, ModelLineage.Of(model)).Parts.OfType<FigureText>(), t => t.Text == "withdrawn, with lesions, from version 1");
    }

    private static Figure Draw(Grains.Interfaces.Models.ModelStatus model, out Dictionary<string, FigureDot> dots)
    {
        var figure = LineageFigure.Of(model, ModelLineage.Of(model));
        dots = figure.Parts.OfType<FigureDot>().ToDictionary(d => d.About!);
        return figure;
    }
}
