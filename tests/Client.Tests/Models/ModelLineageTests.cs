using Hermes.Client.Models;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Tests.Models;

public sealed class ModelLineageTests
{
    private static readonly ModelStatus Forked = Grown.Forked();

    [Fact]
    public void A_version_came_of_the_one_that_was_live_when_an_update_made_it() => Assert.Equal(
        [(1, null, null), (2, 1, "grow-lesions"), (3, 1, "grow-nodes"), (4, null, null)],
        ModelLineage.Of(Forked).Select(o => (o.Version.Version, o.Parent, o.Update)));

    [Fact]
    public void A_trunk_that_a_run_trained_stands_for_itself_whatever_was_live_and_whoever_made_it_live()
    {
        var byRun = Grown.Model([Grown.Version(1, "first"), Grown.Version(2, "second")], [Trunk("first", 0, 1), Trunk("second", 1, 2)], live: 2);
        var byPerson = byRun with { Promotions = [Trunk("first", 0, 1), Trunk(Guid.NewGuid().ToString("N"), 1, 2)] };

        Assert.Null(ModelLineage.Of(byRun)[1].Parent);
        Assert.Null(ModelLineage.Of(byPerson)[1].Parent);
    }

    [Fact]
    public void A_trunk_that_learned_on_in_an_update_came_of_the_version_before()
    {
        var model = Grown.Model([Grown.Version(1, "first"), Grown.Version(2, "trunk-1a2b")], [Trunk("first", 0, 1), Trunk("retrained", 1, 2)], live: 2);

        Assert.Equal((1, "retrained"), (ModelLineage.Of(model)[1].Parent, ModelLineage.Of(model)[1].Update));
    }

    [Fact]
    public void A_branch_is_known_by_the_update_that_brought_it()
    {
        Assert.Equal("grow-lesions", ModelLineage.UpdateOf(Forked, Grown.Branch("lesions")));
        Assert.Null(ModelLineage.UpdateOf(Forked, Grown.Branch("unknown")));
    }

    [Fact]
    public void What_is_withdrawn_or_retired_is_on_record_only()
    {
        var model = Forked with { Withdrawn = ["local/lesions"] };

        Assert.Equal([false, true, false, false], model.Versions.Select(model.IsGone));
        Assert.All(model.Versions, v => Assert.True((model with { Retired = ["local/abdomen"] }).IsRetired(v)));
    }

    [Fact]
    public void Only_what_is_live_and_was_not_taken_back_can_be_taken_back()
    {
        Assert.Equal([false, false, false, true], Enumerable.Range(0, 4).Select(Forked.CanBeTakenBack));
        Assert.Equal([false, true], Enumerable.Range(0, 2).Select(
            Grown.Model([Grown.Version(1, "first"), Grown.Version(2, "second")], [Trunk("first", 0, 1), Trunk("second", 1, 2)], live: 2).CanBeTakenBack));
    }

    private static Promotion Trunk(string id, int from, int to) => new() { Id = id, Kind = PromotionKind.Trunk, From = from, To = to, At = Grown.Noon };
}
