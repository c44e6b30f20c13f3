using Hermes.Cli.Output;

namespace Hermes.Cli.Tests.Output;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly StringWriter _written = new();
    private readonly SteppedTime _time = new();

    public void Dispose() => _written.Dispose();

    [Fact]
    public void Elsewhere_than_on_a_terminal_a_line_comes_at_most_every_two_seconds_and_at_the_end()
    {
        using var display = new ProgressDisplay(_written, isTerminal: false, _time);

        for (var step = 0; step <= 100; step++)
        {
            display.Report("train", step, 100, "steps");
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        var lines = Lines();
        Assert.InRange(lines.Length, 5, 7);
        Assert.StartsWith("train 0/100 steps 0 %", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("train 100/100 steps 100 %", lines[^1], StringComparison.Ordinal);
        Assert.DoesNotContain('\r', _written.ToString());
    }

    [Fact]
    public void Rate_and_time_left_follow_from_what_was_done()
    {
        using var display = new ProgressDisplay(_written, isTerminal: false, _time);

        display.Report("train", 0, 100, "steps");
        _time.Advance(TimeSpan.FromSeconds(10));
        display.Report("train", 20, 100, "steps", "loss 0.5");

        Assert.Equal("train 20/100 steps 20 %, 2.0 steps/s, 40 s left, loss 0.5", Lines()[^1]);
    }

    [Fact]
    public void Steps_that_a_checkpoint_brought_back_do_not_count_as_speed()
    {
        using var display = new ProgressDisplay(_written, isTerminal: false, _time);

        display.Report("train", 80, 100, "steps");
        _time.Advance(TimeSpan.FromSeconds(10));
        display.Report("train", 50, 100, "steps");
        _time.Advance(TimeSpan.FromSeconds(5));
        display.Report("train", 55, 100, "steps");

        Assert.Equal("train 55/100 steps 55 %, 1.0 steps/s, 45 s left", Lines()[^1]);
    }

    [Fact]
    public void Getting_ready_does_not_count_as_speed()
    {
        using var display = new ProgressDisplay(_written, isTerminal: false, _time);

        display.Report("train", 0, 100, "steps");
        _time.Advance(TimeSpan.FromSeconds(60));
        display.Report("train", 1, 100, "steps");
        _time.Advance(TimeSpan.FromSeconds(2));
        display.Report("train", 5, 100, "steps");

        Assert.Equal("train 5/100 steps 5 %, 2.0 steps/s, 48 s left", Lines()[^1]);
    }

    [Fact]
    public void A_new_phase_is_told_at_once_and_an_unchanged_one_is_not_repeated()
    {
        using var display = new ProgressDisplay(_written, isTerminal: false, _time);

        display.Report("queued", 0, 0, "");
        _time.Advance(TimeSpan.FromSeconds(10));
        display.Report("queued", 0, 0, "");
        display.Report("running", 0, 0, "");

        Assert.Equal(["queued", "running"], Lines());
    }

    [Fact]
    public void An_end_is_told_once_whichever_of_several_files_was_the_last()
    {
        using var display = new ProgressDisplay(_written, isTerminal: false, _time);

        display.Report("upload", 1, 3, "files", "a");
        display.Report("upload", 3, 3, "files", "b");
        display.Report("upload", 3, 3, "files", "c");

        Assert.Equal(2, _written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void On_a_terminal_one_line_is_drawn_over_and_taken_away()
    {
        using (var display = new ProgressDisplay(_written, isTerminal: true, _time))
        {
            display.Report("upload", 1 << 20, 2 << 20, "MiB");
        }

        Assert.StartsWith("\r[############............] upload 1.0/2.0 MiB 50 %", _written.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K", _written.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', _written.ToString());
    }

    private string[] Lines() => _written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private sealed class SteppedTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
