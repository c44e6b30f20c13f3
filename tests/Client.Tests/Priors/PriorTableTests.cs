using Hermes.Client.Priors;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Priors;

namespace Hermes.Client.Tests.Priors;

public sealed class PriorTableTests
{
    [Fact]
    public void Each_task_has_a_row_in_the_order_of_the_tree_with_its_place_and_a_cosine_for_each()
    {
        var (map, view, similarity) = Maps.Of(2);

        map = map with { Tasks = [map.Tasks[0], map.Tasks[1] with { Dice = new TaskDice(0.75, 3, Split.Test, null, "grow") }] };

        Assert.Equal(
            "task,dataset,modality,region,dice,x,y,component 1,component 2,d0/s0,d1/s1\nd1/s1,d1,ct,unknown,0.75,1,-1,1,-1,0.5,1\nd0/s0,d0,ct,unknown,,0,0,0,0,1,0.5\n",
            PriorTable.Of(map, view with { Order = [1, 0] }, similarity, ofModalities: false));
    }

    [Fact]
    public void Modalities_have_a_table_of_cosines_alone()
    {
        var (map, view, similarity) = Maps.Of(2);

        Assert.Equal("modality,ct,t1\nct,1,0.5\nt1,0.5,1\n", PriorTable.Of(map with { Modalities = ["ct", "t1"] }, view, similarity, ofModalities: true));
    }

    [Fact]
    public void A_name_with_commas_or_quotes_stays_one_cell()
    {
        var (map, view, similarity) = Maps.Of(1);

        Assert.Contains("\n\"a,\"\"b\"\"\",d,", PriorTable.Of(map with { Tasks = [new PriorTask("a,\"b\"", "d", "ct")] }, view, similarity, ofModalities: false), StringComparison.Ordinal);
    }
}
