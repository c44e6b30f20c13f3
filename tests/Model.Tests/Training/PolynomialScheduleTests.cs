using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

public sealed class PolynomialScheduleTests
{
    [Theory]
    [InlineData(0, 9.09e-8)]
    [InlineData(1, 6.71e-7)]
    [InlineData(4, 2.71e-4)]
    [InlineData(5, 0.002)]
    [InlineData(6, 1.9459e-3)]
    [InlineData(50, 1.5438e-3)]
    [InlineData(150, 5.743e-4)]
    [InlineData(199, 1.70e-5)]
    public void Rates_equal_the_reference(int epoch, double expected) =>
        Assert.Equal(expected, new PolynomialSchedule(0.002, 200, 5).At(epoch), expected * 2e-3);

    [Fact]
    public void Without_a_warm_up_the_first_rate_is_the_full_one() => Assert.Equal(0.01, new PolynomialSchedule(0.01, 10, 0).At(0));
}
