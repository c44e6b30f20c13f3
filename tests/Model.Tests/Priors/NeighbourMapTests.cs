using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

[Collection(TorchCollection.Name)]
public sealed class NeighbourMapTests
{
    private const int Each = 10;

    private static readonly float[][] Grouped = Vectors.Grouped(groups: 5, Each, length: 40, spread: 0.4, seed: 2);

    [Fact]
    public void Those_of_a_group_lie_together()
    {
        var places = Draw(Grouped);

        Assert.All(Enumerable.Range(0, Grouped.Length), i => Assert.Equal(i / Each, Nearest(places, i) / Each));
    }

    [Fact]
    public void The_same_vectors_give_the_same_bits_and_a_middle_at_the_origin()
    {
        var places = Draw(Grouped);

        Assert.Equal(places, Draw(Grouped));
        Assert.All(places, p => Assert.True(double.IsFinite(p.X) && double.IsFinite(p.Y)));
        Assert.Equal((0, 0), (Math.Round(PlanePoint.Middle(places).X, 6), Math.Round(PlanePoint.Middle(places).Y, 6)));
    }

    [Fact]
    public void A_twin_lies_beside_its_twin()
    {
        float[][] vectors = [.. Grouped, Grouped[7]];

        Assert.Equal(7, Nearest(Draw(vectors), Grouped.Length));
    }

    [Fact]
    public void A_map_that_goes_on_from_its_parent_stays_where_it_was_and_new_points_lie_with_their_like()
    {
        string[] old = [.. Enumerable.Range(0, Grouped.Length).Select(i => $"old {i}")];
        var parent = old.Zip(Draw(Grouped)).ToDictionary(p => p.First, p => p.Second);
        float[][] grown = [.. Grouped, [.. Grouped[23].Select(x => x * 1.1f)]];
        string[] names = [.. old, "new"];
        var similarity = SimilarityMatrix.Cosine(grown);

        var places = MapAlignment.Turned(names, NeighbourMap.Draw(similarity, MapAlignment.Beginnings(names, similarity, parent), isContinued: true), parent);

        var size = parent.Values.Max(p => p.X) - parent.Values.Min(p => p.X);
        var moved = old.Select((name, i) => Far(places[i], parent[name])).Order().ToList();
        Assert.InRange(moved[moved.Count / 2], 0, 0.1 * size);
        Assert.Equal(2, Nearest(places, old.Length) / Each);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Few_points_have_places_all_the_same(int count)
    {
        var places = Draw(Grouped[..count]);

        Assert.Equal(count, places.Count);
        Assert.All(places, p => Assert.True(double.IsFinite(p.X) && double.IsFinite(p.Y)));
    }

    [Fact]
    public void A_map_that_was_turned_and_mirrored_is_turned_back()
    {
        var parent = Draw(Grouped).Select((place, i) => (place, i)).ToDictionary(p => $"{p.i}", p => p.place);
        string[] names = [.. parent.Keys];
        List<PlanePoint> turned = [.. parent.Values.Select(p => new PlanePoint((0.6 * p.X) - (0.8 * p.Y) + 3, -((0.8 * p.X) + (0.6 * p.Y)) - 1))];

        var back = MapAlignment.Turned(names, turned, parent);

        Assert.All(names.Zip(back), p => Assert.InRange(Far(parent[p.First], p.Second), 0, 1e-9));
        Assert.Equal(turned, MapAlignment.Turned(names, turned, new Dictionary<string, PlanePoint>()));
    }

    private static IReadOnlyList<PlanePoint> Draw(float[][] vectors) => NeighbourMap.Draw(SimilarityMatrix.Cosine(vectors), PrincipalComponents.Of(vectors).Places);

    private static int Nearest(IReadOnlyList<PlanePoint> places, int one) =>
        Enumerable.Range(0, places.Count).Where(other => other != one).MinBy(other => Far(places[one], places[other]));

    private static double Far(PlanePoint one, PlanePoint other) => Math.Sqrt(Math.Pow(one.X - other.X, 2) + Math.Pow(one.Y - other.Y, 2));
}
