using CsCheck;
using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

public sealed class DendrogramTests
{
    private static readonly Gen<float[][]> Few = Gen.Select(Gen.Int[2, 7], Gen.ULong).Select((count, seed) => Vectors.Random(count, 5, seed));

    [Fact]
    public void What_is_joined_first_is_closest_on_average() => Gen.Select(Gen.Int[2, 20], Gen.ULong).Sample((count, seed) =>
    {
        var similarity = SimilarityMatrix.Cosine(Vectors.Random(count, 4, seed));

        var found = Dendrogram.Of(similarity).Merges;

        // Both ways of adding up differ in the last bits.
        foreach (var (merge, expected) in found.Zip(JoinedOneByOne(similarity), (m, e) => (m, e)))
        {
            Assert.Equal((expected.Left, expected.Right, expected.Size), (merge.Left, merge.Right, merge.Size));
            Assert.Equal(expected.Distance, merge.Distance, 1e-9);
        }

        Assert.Equal(count - 1, found.Count);
    }, iter: 100);

    [Fact]
    public void Of_all_orders_that_the_tree_allows_the_neighbours_are_the_most_alike() => Few.Sample(vectors =>
    {
        var similarity = SimilarityMatrix.Cosine(vectors);
        var dendrogram = Dendrogram.Of(similarity);
        var orders = Orders(dendrogram.Merges, (2 * vectors.Length) - 2, vectors.Length).ToList();

        Assert.Contains(orders, o => o.SequenceEqual(dendrogram.Order));
        Assert.Equal(orders.Min(o => Length(similarity, o)), Length(similarity, dendrogram.Order), 1e-9);
        Assert.True(dendrogram.Order[0] < dendrogram.Order[^1]);
    }, iter: 200);

    [Fact]
    public void Groups_are_put_side_by_side_and_twins_are_joined_first()
    {
        var vectors = Vectors.Grouped(groups: 4, each: 6, length: 30, spread: 0.3, seed: 5);
        vectors[13] = vectors[2];

        var dendrogram = Dendrogram.Of(SimilarityMatrix.Cosine(vectors));

        Assert.Equal((2, 13), (dendrogram.Merges[0].Left, dendrogram.Merges[0].Right));
        Assert.Equal(0, dendrogram.Merges[0].Distance, 1e-12);
        var groups = dendrogram.Order.Where(i => i != 13).Select(i => i / 6).ToList();
        Assert.Equal(3, groups.Zip(groups.Skip(1)).Count(pair => pair.First != pair.Second));
    }

    [Fact]
    public void One_thing_alone_is_no_tree_and_none_is_nothing()
    {
        var one = Dendrogram.Of(SimilarityMatrix.Cosine(Vectors.Random(1, 4, 1)));
        var none = Dendrogram.Of(SimilarityMatrix.Cosine([]));

        Assert.Empty(one.Merges);
        Assert.Equal([0], one.Order);
        Assert.Empty(none.Merges.Concat(none.Order.Select(_ => default(Merge))));
    }

    // By what the words say, in N³ steps.
    private static IEnumerable<Merge> JoinedOneByOne(SimilarityMatrix similarity)
    {
        var nodes = Enumerable.Range(0, similarity.Count).ToDictionary(i => i, i => new List<int> { i });
        while (nodes.Count > 1)
        {
            var (left, right, distance) = (
                from a in nodes.Keys
                from b in nodes.Keys
                where a < b
                let mean = nodes[a].Average(i => nodes[b].Average(j => 1 - similarity[i, j]))
                orderby mean
                select (a, b, mean)).First();
            List<int> both = [.. nodes[left], .. nodes[right]];
            yield return new Merge(left, right, distance, both.Count);
            nodes.Remove(left);
            nodes.Remove(right);
            nodes[similarity.Count + (similarity.Count - 1 - nodes.Count) - 1] = both;
        }
    }

    private static IEnumerable<int[]> Orders(IReadOnlyList<Merge> merges, int node, int count) => node < count ? [[node]] :
        from left in Orders(merges, merges[node - count].Left, count)
        from right in Orders(merges, merges[node - count].Right, count)
        from order in new int[][] { [.. left, .. right], [.. right, .. left] }
        select order;

    private static double Length(SimilarityMatrix similarity, IReadOnlyList<int> order) => order.Zip(order.Skip(1), (a, b) => 1 - similarity[a, b]).Sum();
}
