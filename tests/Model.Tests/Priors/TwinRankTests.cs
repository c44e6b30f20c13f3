using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

public sealed class TwinRankTests
{
    private static readonly string[] Tasks = ["a/liver", "a/spleen", "a/kidney", "a/aorta", "b/Liver", "b/lung", "c/liver", "c/heart"];

    [Fact]
    public void A_planted_twin_is_the_nearest_neighbour_and_another_of_its_name_has_the_place_that_it_has()
    {
        var vectors = Vectors(1);
        vectors[4] = [.. vectors[0].Select((x, i) => x + (i == 0 ? 0.01f : 0))];
        var similarity = SimilarityMatrix.Cosine(vectors);

        var ranks = TwinRank.Of(similarity, Tasks, task => task == "b/Liver");

        Assert.Equal([(4, 0), (4, 6)], ranks.Select(r => (r.Task, r.Twin)));
        Assert.Equal((1, 1), (ranks[0].Rank, ranks[0].Back));
        Assert.Equal(1 + similarity.Neighbours(6).ToList().IndexOf(4), ranks[1].Rank);
        Assert.Equal(1 + similarity.Neighbours(4).ToList().IndexOf(6), ranks[1].Back);
    }

    [Fact]
    public void Without_anything_planted_the_place_is_that_of_chance()
    {
        var ranks = Enumerable.Range(0, 400).SelectMany(seed => TwinRank.Of(SimilarityMatrix.Cosine(Vectors(seed)), Tasks, task => task == "b/Liver")).ToList();

        Assert.Equal(800, ranks.Count);
        Assert.InRange(ranks.Average(r => r.Rank), 3.7, 4.3);
        Assert.InRange(ranks.Average(r => r.Back), 3.7, 4.3);
    }

    [Fact]
    public void Only_what_was_drawn_is_ranked_and_only_with_its_structure_in_other_datasets()
    {
        Assert.Empty(TwinRank.Of(SimilarityMatrix.Cosine(Vectors(1)), Tasks, _ => false));
        Assert.Empty(TwinRank.Of(SimilarityMatrix.Cosine(Vectors(1)), Tasks, task => task is "b/lung" or "a/spleen"));
    }

    private static float[][] Vectors(int seed)
    {
        var random = new Random(seed);
        return [.. Tasks.Select(_ => Enumerable.Range(0, 24).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray())];
    }
}
