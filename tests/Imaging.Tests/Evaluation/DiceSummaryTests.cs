using Hermes.Imaging.Evaluation;

namespace Hermes.Imaging.Tests.Evaluation;

public sealed class DiceSummaryTests
{
    [Fact]
    public void A_task_is_averaged_over_the_cases_that_have_it_and_what_was_found_elsewhere_is_summed()
    {
        var dice = DiceSummary.Of(
        [
            new("a/x", 0.5, 1, 0, 0), new("a/y", null, 0, 3, 0),
            new("a/x", 1.0, 1, 0, 0), new("a/y", null, 0, 1, 0),
            new("a/x", null, 0, 0, 0), new("a/z", 0.25, 1, 0, 0),
        ]);

        Assert.Equal([new TaskSummary("a/x", 0.75, 2, 1, 0), new TaskSummary("a/y", null, 0, 2, 4), new TaskSummary("a/z", 0.25, 1, 0, 0)], dice.Tasks);
    }

    [Fact]
    public void The_mean_is_over_the_tasks_that_some_reference_has()
    {
        Assert.Equal(0.5, DiceSummary.Of([new("a/x", 0.75, 1, 0, 0), new("a/y", null, 0, 4, 0), new("a/z", 0.25, 1, 0, 0)]).MeanDice);
        Assert.Null(DiceSummary.Of([new("a/y", null, 0, 4, 0)]).MeanDice);
        Assert.Null(DiceSummary.Of([]).MeanDice);
    }
}
