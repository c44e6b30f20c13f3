using Hermes.Client.Priors;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorSentencesTests
{
    [Fact]
    public void Few_tasks_say_little_and_enough_do_not_say_so()
    {
        Assert.StartsWith("With 7 tasks", Assert.Single(PriorSentences.Of(Maps.Of(7).Map)), StringComparison.Ordinal);
        Assert.Empty(PriorSentences.Of(Maps.Of(8).Map));
    }

    [Fact]
    public void Posterior_tokens_are_told_of_as_such_and_that_some_or_all_are_missing_too()
    {
        var map = Maps.Of(9).Map with { Parent = 1 };
        var eight = Maps.Of(8).Map with { Parent = 1, IsPosterior = true, Moved = [new PriorMove("d0/s0", [], 0.5)] };

        Assert.Equal([PriorSentences.NoPosterior], PriorSentences.OfPosterior(map));
        Assert.Equal(
            [
                "8 of 9 tasks have posterior tokens; the others were learned without validation cases, or by an older platform.",
                "1 of 1 posterior tokens have moved since version 1; farthest d0/s0, by 0.500 (1 less the cosine).",
            ],
            PriorSentences.OfPosterior(map with { Posterior = eight }));
        Assert.Single(PriorSentences.OfPosterior(Maps.Of(8).Map with { Posterior = eight }));
    }

    [Fact]
    public void A_group_is_more_alike_than_by_chance_only_with_a_small_p_value_and_a_positive_difference()
    {
        Assert.Contains(": more alike than by chance; cosine +0.300 in 5 pairs, p = 0.0100", Of(5, 0.3, 0.01), StringComparison.Ordinal);
        Assert.Contains(": no more alike", Of(5, 0.3, 0.06), StringComparison.Ordinal);
        Assert.Contains(": no more alike", Of(5, -0.3, 0.01), StringComparison.Ordinal);
        Assert.EndsWith("1 pair; nothing to compare them with by chance.", Of(1, 0.3, null), StringComparison.Ordinal);
        Assert.EndsWith("no pair to compare.", Of(0, null, null), StringComparison.Ordinal);

        static string Of(int pairs, double? difference, double? p) => PriorSentences.Of(new PriorGroupFinding("left and right", pairs, 9, difference, p, p));
    }

    [Fact]
    public void A_twin_is_told_with_its_place_and_that_of_chance_and_of_many_the_first()
    {
        var map = Maps.Of(8).Map;
        var twin = new PriorTwin("b/liver", "grow-b", "a/liver", 3, 1, 7);

        Assert.Equal(
            "b/liver, which grow-b added with a prior drawn at random, is neighbour 3 of 7 of a/liver, and that neighbour 1 of its own; by chance it would be 4.",
            Assert.Single(PriorSentences.Of(map with { Twins = [twin] })));
        Assert.EndsWith("10 of 12 pairs of the same structure; the JSON file holds all.", PriorSentences.Of(map with { Twins = [.. Enumerable.Repeat(twin, 12)] }).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_moved_is_told_with_the_farthest_and_what_stayed_too()
    {
        var map = Maps.Of(8).Map with { Parent = 1 };

        Assert.Equal("No prior of version 1 can be compared with one of this version.", Assert.Single(PriorSentences.Of(map)));
        Assert.Equal("No prior of the 1 tasks of version 1 has moved.", Assert.Single(PriorSentences.Of(map with { Moved = [new PriorMove("d0/s0", [], 0)] })));
        Assert.Equal(
            "1 of 2 priors have moved since version 1; farthest d1/s1, by 0.250 (1 less the cosine).",
            Assert.Single(PriorSentences.Of(map with { Moved = [new PriorMove("d1/s1", [], 0.25), new PriorMove("d0/s0", [], 0)] })));
    }
}
