using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Relations;

namespace Hermes.Grains.Tests.Relations;

public sealed class GradingTests
{
    [Fact]
    public void A_predictor_that_knows_the_gain_is_better_than_chance_and_one_that_does_not_is_not()
    {
        var random = new Random(2);
        RelationPair[] pairs = [.. Enumerable.Range(0, 30).Select(i => Pair(i / 30.0, transfer: i / 60.0, joint: random.NextDouble()))];

        var grades = Grading.Of(pairs).Where(g => g.Predictor == "cosine of priors").ToDictionary(g => g.Gain);

        Assert.Equal((30, 1.0), (grades[RelationGain.Transfer].Pairs, grades[RelationGain.Transfer].Tau));
        Assert.True(grades[RelationGain.Transfer].IsBetterThanChance);
        Assert.False(grades[RelationGain.Joint].IsBetterThanChance);
        Assert.False(grades[RelationGain.Joint].IsWorseThanChance);
    }

    [Fact]
    public void A_predictor_that_says_nothing_of_a_pair_is_graded_on_the_others_and_one_that_says_the_same_of_all_is_not_graded()
    {
        RelationPair[] pairs = [.. Enumerable.Range(0, 8).Select(i => Pair(i, i, -i) with
        {
            Predicted = i < 2 ? new Dictionary<string, double> { ["same modality"] = 1 } : new Dictionary<string, double> { ["same modality"] = 1, ["cosine of priors"] = i },
        })];

        var grades = Grading.Of(pairs);

        Assert.Equal([(6, 1.0), (6, -1.0)], grades.Where(g => g.Predictor == "cosine of priors").Select(g => (g.Pairs, g.Tau!.Value)));
        Assert.True(grades.Single(g => g is { Predictor: "cosine of priors", Gain: RelationGain.Joint }).IsWorseThanChance);
        Assert.All(grades.Where(g => g.Predictor == "same modality"), g => Assert.Null(g.Tau));
        Assert.All(grades.Where(g => g.Predictor == "overlap of volumes"), g => Assert.Equal((0, null, null), (g.Pairs, g.Tau, g.Low)));
    }

    [Fact]
    public void Gains_are_means_over_seeds()
    {
        var pair = Pair(0, 0, 0) with { Alone = [0.2, 0.4], Begun = [0.5, 0.5], Together = [0.1, 0.1] };

        Assert.Equal(0.2, pair.Transfer, 12);
        Assert.Equal(-0.2, pair.Joint, 12);
    }

    [Fact]
    public void Volumes_overlap_as_far_as_their_distributions_are_the_same()
    {
        Assert.Equal(1, Predictor.Overlap([1, 2, 3], [1, 2, 3]));
        Assert.Equal(0, Predictor.Overlap([1, 2], [3, 4]));
        Assert.Equal(0.5, Predictor.Overlap([1, 2, 3, 4], [3, 4]));
        Assert.Null(Predictor.Overlap([], [1]));
    }

    private static RelationPair Pair(double cosine, double transfer, double joint) => new()
    {
        Task = "a/x",
        Other = "b/y",
        Predicted = new Dictionary<string, double> { ["cosine of priors"] = cosine },
        Alone = [0],
        Begun = [transfer],
        Together = [joint],
        Cases = 3,
    };
}
