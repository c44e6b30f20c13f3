using Hermes.Client.Relations;
using Hermes.Grains.Interfaces.Relations;

namespace Hermes.Client.Tests.Relations;

public sealed class RelationTableTests
{
    [Fact]
    public void Each_pair_has_a_row_with_means_over_seeds_and_nothing_where_a_predictor_said_nothing()
    {
        var study = Studies.Of(seeds: 2);
        study = study with
        {
            Predictors = [.. study.Predictors, new RelationPredictor("overlap", "How alike in size.")],
            Pairs = [study.Pairs[0] with { Alone = [0.4, 0.5] }],
        };

        Assert.Equal(
            "task,other,cases,dice alone,dice begun at the other,dice together,transfer,joint gain,cosine of priors,overlap\na/one,b/x,1,0.45,0.6,0.5,0.15,0.05,0.1,\n",
            RelationTable.Of(study));
    }
}
