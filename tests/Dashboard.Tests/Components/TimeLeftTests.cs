using Hermes.Dashboard.Components.Parts;

namespace Hermes.Dashboard.Tests.Components;

public sealed class TimeLeftTests
{
    [Theory]
    [InlineData(0.0, "0 s")]
    [InlineData(0.2, "1 s")]
    [InlineData(59.0, "59 s")]
    [InlineData(59.5, "1 min 0 s")]
    [InlineData(3599.0, "59 min 59 s")]
    [InlineData(3600.0, "1 h 0 min")]
    [InlineData(100_000.0, "27 h 46 min")]
    public void Time_left_is_told_in_two_units_at_most(double seconds, string expected) => Assert.Equal(expected, TimeLeft.Of(seconds));

    [Theory]
    [InlineData(null)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Unknown_time_is_not_told(double? seconds) => Assert.Null(TimeLeft.Of(seconds));
}
