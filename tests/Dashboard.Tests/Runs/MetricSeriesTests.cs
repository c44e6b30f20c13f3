using Hermes.Dashboard.Runs;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class MetricSeriesTests
{
    [Fact]
    public void Few_points_are_given_as_they_are()
    {
        var series = Series(Enumerable.Range(1, 20).Select(step => (step, step / 2f)));

        var window = series.Window("loss", 5, 8, 10);

        Assert.Equal([5, 6, 7, 8], window.Steps);
        Assert.Equal([2.5f, 3, 3.5f, 4], window.Values);
        Assert.Equal(4, window.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Of_many_points_no_spike_is_lost_and_their_order_stays(int seed)
    {
        var random = new Random(seed);
        var steps = Enumerable.Range(1, 50_000).Where(_ => random.Next(3) > 0).ToArray();
        var values = steps.Select(_ => random.NextSingle()).ToArray();
        var (low, high) = (random.Next(steps.Length), random.Next(steps.Length));
        (values[low], values[high]) = (-7, 7);
        var series = Series(steps.Zip(values));

        var window = series.Window("loss", 0, int.MaxValue, 500);

        Assert.InRange(window.Steps.Count, 500, 1000);
        Assert.Equal(steps.Length, window.Count);
        Assert.Equal(window.Steps.Order().Distinct(), window.Steps);
        Assert.Contains((steps[low], -7f), window.Steps.Zip(window.Values));
        Assert.Contains((steps[high], 7f), window.Steps.Zip(window.Values));
        var known = steps.Zip(values).ToDictionary();
        Assert.All(window.Steps.Zip(window.Values), point => Assert.Equal(known[point.First], point.Second));
    }

    [Fact]
    public void Whoever_looks_closely_enough_sees_every_point()
    {
        var series = Series(Enumerable.Range(1, 100_000).Select(step => (step, (float)Math.Sin(step))));

        var window = series.Window("loss", 70_000, 70_999, 500);

        Assert.Equal(Enumerable.Range(70_000, 1000), window.Steps);
        Assert.All(window.Steps.Zip(window.Values), point => Assert.Equal((float)Math.Sin(point.First), point.Second));
    }

    [Fact]
    public void A_step_that_is_passed_again_takes_the_place_of_what_was_known_from_it_on()
    {
        var series = Series([(1, 1), (2, 2), (3, 3), (4, 4)]);

        series.Add(3, 30);

        var window = series.Window("loss", 0, int.MaxValue, 10);
        Assert.Equal([1, 2, 3], window.Steps);
        Assert.Equal([1f, 2, 30], window.Values);
    }

    [Fact]
    public void A_stretch_without_points_is_passed_over()
    {
        var series = Series(Enumerable.Range(1, 100).Concat(Enumerable.Range(900_000, 100)).Select(step => (step, 1f)));

        var window = series.Window("loss", 0, int.MaxValue, 50);

        Assert.Equal((1, 200), (window.Steps[0], window.Count));
        Assert.True(window.Steps[^1] >= 900_000);
        Assert.True(window.Steps.Count <= 100);
    }

    [Fact]
    public void Of_nothing_nothing_is_given()
    {
        Assert.Empty(new MetricSeries().Window("loss", 0, int.MaxValue, 5).Steps);
        Assert.Empty(Series([(4, 4)]).Window("loss", 5, 9, 5).Steps);
        Assert.Empty(Series([(4, 4)]).Window("loss", 9, 5, 5).Steps);
        Assert.Empty(Series([.. Enumerable.Range(1, 100).Select(step => (step, (float)step))]).Window("loss", 90, 5, 5).Steps);
    }

    private static MetricSeries Series(IEnumerable<(int Step, float Value)> points)
    {
        var series = new MetricSeries();
        foreach (var (step, value) in points)
        {
            series.Add(step, value);
        }

        return series;
    }
}
