using Hermes.Client.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorMapStyleTests
{
    [Fact]
    public void Neighbours_are_the_nearest_of_either_that_are_alike_enough_each_pair_once()
    {
        float[] similarity = [1, 0.9f, 0.5f, 0.1f, 0.9f, 1, 0.6f, 0.2f, 0.5f, 0.6f, 1, 0.3f, 0.1f, 0.2f, 0.3f, 1];

        Assert.Equal([(0, 1), (1, 2), (2, 3)], PriorMapStyle.NeighboursOf(similarity, 4, 0.3, nearest: 1));
        Assert.Equal([(0, 1), (1, 2)], PriorMapStyle.NeighboursOf(similarity, 4, 0.55));
        Assert.Empty(PriorMapStyle.NeighboursOf(similarity, 4, 0.95));
    }

    [Fact]
    public void Every_colour_has_a_word_and_another_word_is_the_first()
    {
        Assert.Equal(["dataset", "modality", "region", "dice"], PriorColours.Words);
        Assert.Equal(PriorColour.Dice, PriorColours.Of("dice"));
        Assert.Equal((PriorColour.Dataset, PriorColour.Dataset), (PriorColours.Of(null), PriorColours.Of("green")));
    }
}
