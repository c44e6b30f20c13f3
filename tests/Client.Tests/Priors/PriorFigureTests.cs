using Hermes.Client.Figures;
using Hermes.Client.Priors;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorFigureTests
{
    [Theory]
    [InlineData(1, PriorColour.Dataset)]
    [InlineData(2, PriorColour.Modality)]
    [InlineData(12, PriorColour.Region)]
    [InlineData(12, PriorColour.Dice)]
    [InlineData(1000, PriorColour.Dataset)]
    public void All_of_a_figure_lies_on_it(int count, PriorColour colour)
    {
        var (map, view, similarity) = Maps.Of(count);

        var figure = PriorFigure.OfTasks(map, view, similarity, new PriorMapStyle { Colour = colour });

        Assert.All(figure.Parts, part =>
        {
            var (left, top, right, bottom) = part switch
            {
                FigureLine line => (Math.Min(line.X1, line.X2), Math.Min(line.Y1, line.Y2), Math.Max(line.X1, line.X2), Math.Max(line.Y1, line.Y2)),
                FigureDot dot => (dot.X - dot.Radius, dot.Y - dot.Radius, dot.X + dot.Radius, dot.Y + dot.Radius),
                FigureText text => (text.X, text.Y - 12, text.X + Figure.WidthOf(text.Text), text.Y),
                FigureGrid grid => (grid.X, grid.Y, grid.X + grid.Width, grid.Y + grid.Height),
                _ => throw new InvalidOperationException(part.GetType().Name),
            };
            Assert.True(left >= 0 && top >= 0 && right <= figure.Width && bottom <= figure.Height, part.ToString());
        });
    }

    [Fact]
    public void Few_tasks_are_named_and_have_a_cell_each_and_many_share_cells()
    {
        var (few, many) = (Maps.Of(12), Maps.Of(1000));

        var small = PriorFigure.OfTasks(few.Map, few.View, few.Similarity, new PriorMapStyle());
        var large = PriorFigure.OfTasks(many.Map, many.View, many.Similarity, new PriorMapStyle());

        Assert.Equal(144, Grid(small).Colours.Count);
        Assert.Equal(24, small.Parts.OfType<FigureText>().Count(t => few.Map.Tasks.Any(task => task.Task == t.Text)));
        Assert.Equal((280, 280), (Grid(large).Columns, Grid(large).Rows));
        Assert.DoesNotContain(large.Parts.OfType<FigureText>(), t => t.Text.Contains('/', StringComparison.Ordinal));

        static FigureGrid Grid(Figure figure) => figure.Parts.OfType<FigureGrid>().First();
    }

    [Fact]
    public void Every_merge_of_the_tree_is_a_bracket_and_the_farthest_reaches_farthest()
    {
        var (map, view, similarity) = Maps.Of(12);

        var lines = PriorFigure.OfTasks(map, view, similarity, new PriorMapStyle()).Parts.OfType<FigureLine>().ToList();

        Assert.Equal(3 * 11, lines.Count);
        Assert.Equal(lines.Min(l => l.X2), lines[^1].X2);
    }

    [Fact]
    public void Tasks_of_one_region_have_its_colour_and_those_of_none_are_grey()
    {
        var map = Of("a/liver", "b/kidney_left", "a/thalamus", "b/x1");

        var dots = Dots(map, PriorColour.Region);

        Assert.Equal(dots[0].Colour, dots[1].Colour);
        Assert.Equal(4, dots.DistinctBy(d => d.Colour).Count() + 1);
        Assert.Equal(FigureColours.Unknown, dots[3].Colour);
        Assert.Equal([("head and neck", dots[2].Colour), ("abdomen", dots[0].Colour), ("unknown", dots[3].Colour)], dots[4..].Select(d => (d.Title, d.Colour)));
    }

    [Fact]
    public void Dice_is_a_colour_of_the_scale_below_the_map_and_grey_where_nothing_measured_it()
    {
        var map = Of("a/x", "a/y", "a/z");
        map = map with { Tasks = [map.Tasks[0] with { Dice = Measured(0.25) }, map.Tasks[1] with { Dice = Measured(1) }, map.Tasks[2]] };

        var dots = Dots(map, PriorColour.Dice);

        Assert.Equal(
            [FigureColours.Of(ColourScale.Of(0.25)), FigureColours.Of(ColourScale.Of(1)), FigureColours.Unknown, FigureColours.Unknown], dots.Select(d => d.Colour));
        Assert.Equal(["a/x (a, ct, unknown, Dice 0.250)", "a/y (a, ct, unknown, Dice 1.000)", "a/z (a, ct, unknown, Dice unknown)", "unknown"], dots.Select(d => d.Title));
        Assert.Contains(PriorFigure.Map(map, new PriorMapStyle { Colour = PriorColour.Dice }).Parts.OfType<FigureText>(), t => t.Text == "Dice 0 to 1");
        Assert.Equal(3, Dots(map with { Tasks = [.. map.Tasks.Select(t => t with { Dice = Measured(0.5) })] }, PriorColour.Dice).Count);

        static TaskDice Measured(double dice) => new(dice, 2, Split.Validation, "run", null);
    }

    private static PriorMap Of(params string[] tasks)
    {
        var map = Maps.Of(tasks.Length).Map;
        return map with { Tasks = [.. tasks.Select(t => new PriorTask(t, t.Split('/')[0], "ct"))] };
    }

    private static List<FigureDot> Dots(PriorMap map, PriorColour colour) =>
        [.. PriorFigure.Map(map, new PriorMapStyle { Colour = colour }).Parts.OfType<FigureDot>()];

    [Fact]
    public void Cells_are_coloured_by_what_lies_off_the_diagonal()
    {
        var (map, view, _) = Maps.Of(3);
        float[] similarity = [1, 0.2f, 0.4f, 0.2f, 1, 0.3f, 0.4f, 0.3f, 1];

        var colours = PriorFigure.OfTasks(map, view, similarity, new PriorMapStyle()).Parts.OfType<FigureGrid>().First().Colours;

        Assert.Equal((ColourScale.Of(0), ColourScale.Of(1), ColourScale.Of(0.5)), (colours[1], colours[2], colours[5]));
    }
}
