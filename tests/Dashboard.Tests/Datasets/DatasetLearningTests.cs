using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Datasets;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Dashboard.Tests.Datasets;

public sealed class DatasetLearningTests
{
    private const string Key = "local/set2";

    private static readonly DatasetStatus Ready = new() { State = DatasetState.Ready, Version = 2 };

    [Theory]
    [InlineData(0, false, true)]
    [InlineData(1, false, true)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    public void A_model_can_learn_a_version_that_it_does_not_hold_and_what_its_trunk_holds_for_ever_it_cannot(int held, bool isTrunk, bool canLearn)
    {
        var use = new DatasetUse { Model = "universal", ModelVersion = 2, Version = held, IsTrunk = isTrunk, Promotion = 1 };

        Assert.Equal(canLearn ? ["universal"] : [], Of(Ready with { Uses = [use] }).Learners);
    }

    [Fact]
    public void Nothing_is_live_in_a_model_or_to_be_learned_from_a_dataset_where_there_is_no_version()
    {
        var idle = Grown.InLine(2) with { Aliases = new Dictionary<string, int>() };

        Assert.Empty(DatasetLearning.Of(Key, Ready, [idle], []).Learners);
        Assert.Empty(Of(Ready with { State = DatasetState.Ingesting, Version = 0 }).Learners);
    }

    [Fact]
    public void What_its_branch_owns_is_known_of_each_model_and_rules_end_with_the_dataset()
    {
        var model = Grown.InLine(2) with { Rules = [new GrowRule { Datasets = "local/*" }, new GrowRule { Datasets = "clinic/*" }] };

        var learning = DatasetLearning.Of(Key, Ready, [model], []);

        Assert.Equal(BranchPolicy.Branch, learning.Branches["universal"]);
        Assert.Equal("local/*", Assert.Single(learning.Rules).Rule?.Datasets);
        Assert.Empty(DatasetLearning.Of(Key, Ready with { State = DatasetState.Withdrawn }, [model], []).Rules);
    }

    [Fact]
    public void An_update_that_learns_two_of_its_versions_is_one_and_the_newest_comes_first() => Assert.Equal(
        ["second", "first"],
        DatasetLearning.UpdatesOf(Ready with { Updates = [Update("first", 1), Update("second", 1), Update("second", 2)] }));

    private static DatasetLearning Of(DatasetStatus status) => DatasetLearning.Of(Key, status, [Grown.InLine(2)], []);

    private static DatasetUpdate Update(string name, int version) => new() { Update = name, Model = "universal", Version = version, State = "PROMOTED", At = Grown.Noon };
}
