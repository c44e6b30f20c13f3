using Hermes.Imaging.Evaluation;
using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

public sealed class ValidationScoreTests
{
    [Fact]
    public void Cases_make_a_task_tasks_make_a_dataset_and_datasets_make_the_score()
    {
        ScoredCase[] cases =
        [
            Case("few", ("few/a", 0.2)),
            Case("few", ("few/a", 0.4)),
            Case("many", ("many/a", 0.9), ("many/b", 0.8), ("many/c", 0.7)),
        ];

        Assert.Equal((0.3 + 0.8) / 2, ValidationScore.Of(cases, countsTasksAlike: false)!.Value, 1e-12);
        Assert.Equal((0.3 + 0.9 + 0.8 + 0.7) / 4, ValidationScore.Of(cases, countsTasksAlike: true)!.Value, 1e-12);
    }

    [Fact]
    public void A_dataset_with_many_tasks_does_not_decide_alone()
    {
        ScoredCase[] Cases(double few, double many) =>
            [Case("few", ("few/a", few)), Case("many", [.. Enumerable.Range(0, 22).Select(n => ($"many/{n}", (double?)many))])];

        // The second is a little better in one dataset and much worse in the other.
        var (first, second) = (Cases(0.8, 0.70), Cases(0.5, 0.72));

        Assert.True(ValidationScore.Of(first, countsTasksAlike: false) > ValidationScore.Of(second, countsTasksAlike: false));
        Assert.True(ValidationScore.Of(first, countsTasksAlike: true) < ValidationScore.Of(second, countsTasksAlike: true));
    }

    [Fact]
    public void What_no_reference_has_is_left_out_and_never_no_number()
    {
        ScoredCase[] cases =
        [
            Case("one", ("one/a", 0.6), ("one/rare", null)),
            Case("one", ("one/a", null), ("one/rare", null)),
            Case("two", ("two/a", null)),
        ];

        Assert.Equal(0.6, ValidationScore.Of(cases, countsTasksAlike: false)!.Value, 1e-12);
        Assert.Equal(0.6, ValidationScore.Of(cases, countsTasksAlike: true)!.Value, 1e-12);
        Assert.Null(ValidationScore.Of([cases[2]], countsTasksAlike: false));
        Assert.Null(ValidationScore.Of([], countsTasksAlike: false));
    }

    [Fact]
    public void A_task_that_datasets_share_counts_in_each_of_them()
    {
        ScoredCase[] cases = [Case("ct", ("amos/liver", 0.9), ("amos/aorta", 0.5)), Case("mr", ("amos/liver", 0.3))];

        Assert.Equal((0.7 + 0.3) / 2, ValidationScore.Of(cases, countsTasksAlike: false)!.Value, 1e-12);
        Assert.Equal((0.9 + 0.5 + 0.3) / 3, ValidationScore.Of(cases, countsTasksAlike: true)!.Value, 1e-12);
    }

    private static ScoredCase Case(string dataset, params (string Task, double? Dice)[] scores) =>
        new(dataset, "case", [.. scores.Select(score => new TaskScore(score.Task, score.Dice, 1, 0, 0))]);
}
