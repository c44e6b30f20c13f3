using Hermes.Dashboard.Volumes;

namespace Hermes.Dashboard.Tests.Volumes;

public sealed class PlaceTests
{
    [Theory]
    [InlineData("12.5,-30,108", "R 12.5, P 30.0, S 108.0 mm")]
    [InlineData("-0.5,1e1,-7.25", "L 0.5, A 10.0, I 7.3 mm")]
    public void A_place_of_an_address_is_read_in_the_directions_of_a_patient(string word, string text) => Assert.Equal(text, Place.Of(word)?.Text);

    [Fact]
    public void An_address_has_a_place_to_a_tenth_of_a_millimetre()
    {
        var place = new Place(12.54, -30, 108.06);

        Assert.Equal("12.5,-30,108.1", place.Word);
        Assert.Equal(new Place(12.5, -30, 108.1), Place.Of(place.Word));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1,2")]
    [InlineData("1,2,3,4")]
    [InlineData("1,2,liver")]
    [InlineData("1,2,NaN")]
    [InlineData("1,2,1e300")]
    [InlineData("1,2,Infinity")]
    public void What_is_no_place_is_none(string? word) => Assert.Null(Place.Of(word));
}
