using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class DatasetScoreTests
{
    [Fact]
    public void A_dataset_is_as_good_as_its_tasks_are_on_average_whatever_number_of_cases_has_them()
    {
        ValidatedCase[] cases =
        [
            Case("ct", "a", ("liver", 0.9), ("spleen", 0.4)), Case("ct", "b", ("liver", 0.7)), Case("ct", "c", ("liver", 0.8)), Case("pet", "d", ("lesion", 0.5)), Case("mr", "e"),
        ];

        var scores = DatasetScore.Of(cases);

        Assert.Equal([("pet", 1), ("ct", 3), ("mr", 1)], scores.Select(s => (s.Dataset, s.Cases)));
        Assert.Equal(0.6, scores[1].Dice!.Value, 1e-9);
        Assert.Equal(["spleen", "liver"], scores[1].Tasks.Select(t => t.Task));
        Assert.Null(scores[2].Dice);
    }

    private static ValidatedCase Case(string dataset, string id, params (string Task, double Dice)[] dice) => new(dataset, id, dice.ToDictionary(d => d.Task, d => d.Dice));
}
