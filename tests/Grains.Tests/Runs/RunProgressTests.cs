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
    public void The_last_report_of_a_phase_is_never_passed_over()
    {
        var report = new TrainReport { Phase = Phases.Train, Done = 1, Total = 2 };

        Assert.True(report.IsOnlyProgress);
        Assert.False((report with { Done = 2 }).IsOnlyProgress);
    }
}
