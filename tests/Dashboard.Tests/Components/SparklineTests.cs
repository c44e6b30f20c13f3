using Bunit;
using Hermes.Dashboard.Components.Parts;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Components;

public sealed class SparklineTests : PageContext
{
    [Fact]
    public void A_falling_loss_falls_from_the_upper_left_to_the_lower_right() =>
        Assert.Equal("1,1 32,9 63,17", Drawn(new TrendPoint(10, 4), new TrendPoint(20, 3), new TrendPoint(30, 2)));

    [Fact]
    public void A_loss_that_stays_is_a_line_in_the_middle() => Assert.Equal("1,9 63,9", Drawn(new TrendPoint(1, 2), new TrendPoint(2, 2)));

    [Fact]
    public void Of_one_point_nothing_is_drawn() => Assert.Empty(Render<Sparkline>(p => p.Add(s => s.Points, [new TrendPoint(1, 2)])).Markup.Trim());

    private string? Drawn(params TrendPoint[] points) => Render<Sparkline>(p => p.Add(s => s.Points, points)).Find("polyline").GetAttribute("points");
}
