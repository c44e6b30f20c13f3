using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

public sealed class SimilarityMatrixTests
{
    [Fact]
    public void Vectors_that_point_the_same_way_are_alike_whatever_their_length()
    {
        var similarity = SimilarityMatrix.Cosine([[1, 0], [3, 0], [0, 2], [-1, 0], [1, 1], [0, 0]]);

        Assert.Equal([1, 1, 0, -1, Math.Sqrt(0.5), 0], similarity.Row(0).ToArray().Select(c => Math.Round(c, 12)), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(1, similarity[i, i]));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(0, similarity[i, 5]));
    }

    [Fact]
    public void A_twin_is_the_nearest_neighbour_and_ranks_count_from_one()
    {
        var vectors = Vectors.Random(20, 16, 3);
        vectors[17] = Array.ConvertAll(vectors[4], x => 2 * x);
        var similarity = SimilarityMatrix.Cosine(vectors);

        Assert.Equal(17, similarity.Neighbours(4)[0]);
        Assert.Equal((1, 1), (similarity.Rank(17, of: 4), similarity.Rank(4, of: 17)));
        Assert.Equal(19, similarity.Rank(similarity.Neighbours(4)[^1], of: 4));
        Assert.Equal(19, similarity.Neighbours(4).Distinct().Count());
    }

    [Fact]
    public void What_is_no_vector_is_refused()
    {
        Assert.Throws<ArgumentException>(() => SimilarityMatrix.Cosine([[1, 2], [1]]));
        Assert.Throws<ArgumentException>(() => SimilarityMatrix.Cosine([[1, 2], [1, float.NaN]]));
    }
}
