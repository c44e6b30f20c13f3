using Hermes.Model.Priors;

namespace Hermes.Model.Tests.Priors;

[Collection(TorchCollection.Name)]
public sealed class PriorAnalysisTests
{
    [Fact]
    public void A_task_that_stands_twice_is_its_own_nearest_neighbour_at_every_scale_and_in_the_map()
    {
        var vectors = Of(24, twin: (23, 5));

        var found = PriorAnalysis.Of(vectors);

        Assert.All([.. found.Stages, found.Combined], view => Assert.Equal(5, view.Similarity.Neighbours(23)[0]));
        Assert.All([.. found.Stages, found.Combined], view => Assert.Equal((5, 23), (view.Tree.Merges[0].Left, view.Tree.Merges[0].Right)));
        Assert.Equal(5, Enumerable.Range(0, 23).MinBy(other => Math.Pow(found.Map[other].X - found.Map[23].X, 2) + Math.Pow(found.Map[other].Y - found.Map[23].Y, 2)));
    }

    [Fact]
    public void The_map_of_what_did_not_change_begins_where_its_parent_lay()
    {
        var vectors = Of(24, twin: (23, 5));
        var parent = PriorAnalysis.Of(vectors);

        var again = PriorAnalysis.Of(vectors, parent.Names.Zip(parent.Map).ToDictionary(p => p.First, p => p.Second));

        var size = parent.Map.Max(p => p.X) - parent.Map.Min(p => p.X);
        Assert.All(parent.Map.Zip(again.Map), p => Assert.InRange(Math.Abs(p.First.X - p.Second.X) + Math.Abs(p.First.Y - p.Second.Y), 0, 0.05 * size));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Few_tasks_are_compared_all_the_same(int count)
    {
        var found = PriorAnalysis.Of(Of(count));

        Assert.Equal((count, count, count), (found.Map.Count, found.Combined.Similarity.Count, found.Combined.Tree.Order.Count));
    }

    [Fact]
    public void What_moved_is_told_with_how_far_and_what_stayed_with_nothing()
    {
        var before = Of(6);
        var now = before with
        {
            Names = [.. before.Names, "new"],
            Stages = [.. before.Stages.Select((stage, s) => (IReadOnlyList<float[]>)[.. stage.Select((v, i) => i == 2 && s == 1 ? Array.ConvertAll(v, x => -x) : v), stage[0]])],
        };

        var drift = PriorDrift.Between(before, now);

        Assert.Equal(before.Names.Count, drift.Count);
        Assert.Equal(before.Names[2], drift[0].Name);
        Assert.Equal([0, 2, 0, 0, 0], drift[0].Stages.Select(d => Math.Round(d, 9)));
        Assert.InRange(drift[0].Combined, 0.05, 1.95);
        Assert.All(drift.Skip(1), d => Assert.Equal(0, d.Combined + d.Stages.Sum()));
    }

    private static PriorVectors Of(int count, (int Twin, int Of)? twin = null)
    {
        int[] widths = [8, 16, 20, 16, 8];
        return new PriorVectors([.. Enumerable.Range(0, count).Select(i => $"task {i}")], [.. widths.Select((width, scale) =>
        {
            var stage = Vectors.Random(count, width, 77 + (ulong)scale);
            if (twin is var (which, like))
            {
                stage[which] = stage[like];
            }

            return (IReadOnlyList<float[]>)stage;
        })]);
    }
}
