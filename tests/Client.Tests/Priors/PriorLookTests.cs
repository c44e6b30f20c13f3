using Hermes.Client.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorLookTests
{
    private static readonly float[] Similarity = [1, 0.4f, 0.2f, 0.4f, 1, 0.35f, 0.2f, 0.35f, 1];

    [Theory]
    [InlineData(null, 2)]
    [InlineData("", 2)]
    [InlineData("0.38", 1)]
    [InlineData("-1", 3)]
    [InlineData("none", 0)]
    [InlineData("many", 0)]
    public void Neighbours_are_joined_from_a_cosine_on_as_the_word_says_and_from_0_3_on_when_none_is_said(string? lines, int pairs) =>
        Assert.Equal(pairs, new PriorLook(null, null, lines).Of(Similarity, 3).Neighbours.Count);

    [Fact]
    public void Places_and_colours_that_are_none_are_the_first()
    {
        var (said, other) = (new PriorLook("components", "dice", null).Of(Similarity, 3), new PriorLook("places", "green", null).Of(Similarity, 3));

        Assert.Equal((true, PriorColour.Dice), (said.IsComponents, said.Colour));
        Assert.Equal((false, PriorColour.Dataset), (other.IsComponents, other.Colour));
    }
}
