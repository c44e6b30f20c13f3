using Hermes.Dashboard.Datasets;

namespace Hermes.Dashboard.Tests.Datasets;

public sealed class DistributionTests
{
    [Fact]
    public void Quartiles_lie_between_neighbours()
    {
        Assert.Equal(new Distribution(1, 1.75, 2.5, 3.25, 4), Distribution.Of([4, 1, 3, 2]));
        Assert.Equal(new Distribution(7, 7, 7, 7, 7), Distribution.Of([7]));
        Assert.Equal(new Distribution(1, 1.5, 2, 2.5, 3), Distribution.Of([3, double.NaN, 1, 2]));
        Assert.Null(Distribution.Of([]));
    }

    [Fact]
    public void What_lies_further_than_one_and_a_half_interquartile_ranges_from_the_quartiles_is_outside()
    {
        var numbers = Distribution.Of([10, 20, 30, 40, 50])!;

        Assert.False(numbers.IsOutside(-10));
        Assert.True(numbers.IsOutside(-10.1));
        Assert.False(numbers.IsOutside(70));
        Assert.True(numbers.IsOutside(70.1));
    }

    [Fact]
    public void Of_equal_numbers_a_rounding_is_not_outside_and_a_difference_is()
    {
        var spacing = Distribution.Of([0.8, 0.8, 0.8, (double)0.8f])!;

        Assert.False(spacing.IsOutside((double)0.8f));
        Assert.True(spacing.IsOutside(0.81));
    }
}
