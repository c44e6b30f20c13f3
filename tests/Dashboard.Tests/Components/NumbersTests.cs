using Hermes.Dashboard.Components.Parts;

namespace Hermes.Dashboard.Tests.Components;

public sealed class NumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(12_345, "12,345")]
    [InlineData(1_234.5, "1,235")]
    [InlineData(12.345, "12.3")]
    [InlineData(-1.2345, "-1.23")]
    [InlineData(0.12345, "0.123")]
    [InlineData(0.05, "0.05")]
    [InlineData(0.0008, "0.0008")]
    [InlineData(-0.00041234, "-0.000412")]
    [InlineData(0.000000012345, "1.23E-8")]
    public void Three_digits_of_a_number_count_however_small_it_is(double number, string told) => Assert.Equal(told, Numbers.Of(number));

    [Fact]
    public void Volumes_are_told_as_other_numbers_and_an_unknown_one_is_not() =>
        Assert.Equal(["0.0417", "1,235", null], new double?[] { 0.04171, 1_234.6, null }.Select(Numbers.Millilitres));
}
