using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Runs;

namespace Hermes.Grains.Tests.Runs;

public sealed class RunProgressTests
{
    [Fact]
    public void What_a_validation_says_does_not_take_away_what_the_step_said()
    {
        var step = new TrainReport { Phase = Phases.Train, Done = 1, Total = 2, Metrics = new Dictionary<string, double> { ["loss"] = 3, ["secondsPerStep"] = 0.5 } };
        var validation = step with { Metrics = new Dictionary<string, double> { ["validationDice"] = 0.7 } };
        var next = step with { Done = 2, Metrics = new Dictionary<string, double> { ["loss"] = 2 } };

        var progress = RunProgress.None.With(step).With(validation).With(next);

        Assert.Equal(2, progress.Step);
        Assert.Equal(
            new SortedDictionary<string, double> { ["loss"] = 2, ["secondsPerStep"] = 0.5, ["validationDice"] = 0.7 },
            new SortedDictionary<string, double>(progress.Metrics!.ToDictionary()));
    }

    [Fact]
    public void Of_many_losses_a_few_are_kept_from_the_first_step_to_the_newest()
    {
        var progress = RunProgress.None;
        for (var step = 1; step <= 10_000; step++)
        {
            progress = progress.With(new TrainReport { Phase = Phases.Train, Done = step, Total = 10_000, Metrics = new Dictionary<string, double> { ["loss"] = 1.0 / step } });
        }

        Assert.Equal(RunTrend.Most, progress.Trend.Count);
        Assert.Equal((new TrendPoint(1, 1), new TrendPoint(10_000, 1e-4)), (progress.Trend[0], progress.Trend[^1]));
        Assert.All(progress.Trend.Zip(progress.Trend.Skip(1)), pair => Assert.InRange(pair.Second.Step - pair.First.Step, 1, 10_000 / 8));
    }

    [Fact]
    public void A_run_that_goes_back_passes_its_losses_again()
    {
        TrendPoint[] known = [new(1, 5), new(2, 4), new(3, 3)];

        Assert.Equal([new TrendPoint(1, 5), new TrendPoint(2, 40)], known.With(new TrendPoint(2, 40)));
        Assert.Equal(known, known.With());
    }

    [Fact]
    public void The_last_report_of_a_phase_is_never_passed_over()
    {
        var report = new TrainReport { Phase = Phases.Train, Done = 1, Total = 2 };

        Assert.True(report.IsOnlyProgress);
        Assert.False((report with { Done = 2 }).IsOnlyProgress);
    }
}
