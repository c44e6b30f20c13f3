using Hermes.Client.Figures;
using Hermes.Client.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorFigureTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(12)]
    [InlineData(1000)]
    public void All_of_a_figure_lies_on_it(int count)
    {
        var (map, view, similarity) = Maps.Of(count);

        var figure = PriorFigure.OfTasks(map, view, similarity);

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

        var small = PriorFigure.OfTasks(few.Map, few.View, few.Similarity);
        var large = PriorFigure.OfTasks(many.Map, many.View, many.Similarity);

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

        var lines = PriorFigure.OfTasks(map, view, similarity).Parts.OfType<FigureLine>().ToList();

        Assert.Equal(3 * 11, lines.Count);
        Assert.Equal(lines.Min(l => l.X2), lines[^1].X2);
    }

    [Fact]
    public void Cells_are_coloured_by_what_lies_off_the_diagonal()
    {
        var (map, view, _) = Maps.Of(3);
        float[] similarity = [1, 0.2f, 0.4f, 0.2f, 1, 0.3f, 0.4f, 0.3f, 1];

        var colours = PriorFigure.OfTasks(map, view, similarity).Parts.OfType<FigureGrid>().First().Colours;

        Assert.Equal((ColourScale.Of(0), ColourScale.Of(1), ColourScale.Of(0.5)), (colours[1], colours[2], colours[5]));
    }
}
