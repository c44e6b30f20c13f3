using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class RunRowTests
{
    private static readonly RunStatus Training = new()
    {
        Name = "first",
        State = RunState.Running,
        Request = new RunRequest { Model = "universal" },
        Phase = "train",
        Step = 100,
        StepsTotal = 300,
        Device = "silo/cpu0",
        LastMetrics = new Dictionary<string, double> { ["loss"] = 0.5, ["secondsPerStep"] = 0.3 },
    };

    [Fact]
    public void Time_left_is_the_pace_times_the_steps_left() => Assert.Equal(60, RunRow.Of(Training).SecondsLeft!.Value, 1e-9);

    [Fact]
    public void What_is_worked_on_stands_before_what_waits_and_that_before_what_ended()
    {
        var first = new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
        RunState[] states = [RunState.Running, RunState.Completed, RunState.Queued, RunState.Cancelling, RunState.Interrupted, RunState.Failed, RunState.Queued];

        var rows = RunRow.InOrder(states.Select((state, hours) => Rows.Run($"{state}{hours}", state) with { Created = first.AddHours(hours) }));

        Assert.Equal(["Cancelling3", "Running0", "Queued6", "Interrupted4", "Queued2", "Failed5", "Completed1"], rows.Select(r => r.Name));
    }

    [Theory]
    [InlineData(RunState.Interrupted)]
    [InlineData(RunState.Queued)]
    [InlineData(RunState.Cancelled)]
    [InlineData(RunState.Failed)]
    public void A_run_that_nothing_works_on_has_neither_time_left_nor_device_nor_phase(RunState state)
    {
        var row = RunRow.Of(Training with { State = state });

        Assert.Null(row.SecondsLeft);
        Assert.Null(row.Device);
        Assert.Empty(row.Phase);
        Assert.Equal(0.5, row.Loss);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void A_pace_that_says_nothing_gives_no_time(double pace) =>
        Assert.Null(RunRow.Of(Training with { LastMetrics = new Dictionary<string, double> { ["secondsPerStep"] = pace } }).SecondsLeft);

    [Fact]
    public void A_run_that_waits_says_why_unless_it_was_interrupted() => Assert.Equal(
        ["Held.", "Lost."],
        new[] { Training with { State = RunState.Queued, Waits = "Held." }, Training with { State = RunState.Interrupted, Waits = "Held.", Cause = new Failure("Lost.") } }
            .Select(status => RunRow.Of(status).Cause!.Message));

    [Fact]
    public void A_published_version_is_told_with_its_model() =>
        Assert.Equal("universal@3", RunRow.Of(Training with { State = RunState.Completed, ModelVersion = 3 }).Model);
}
