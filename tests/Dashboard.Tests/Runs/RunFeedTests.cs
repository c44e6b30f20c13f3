using System.Threading.Channels;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class RunFeedTests : IAsyncLifetime
{
    private readonly TestRunReader _reader = new();
    private RunFeed? _feed;

    private RunFeed Feed => _feed ??= new RunFeed(TestRun.Name, _reader, new FastTime(10));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Feed.DisposeAsync();

    [Fact]
    public async Task A_run_is_read_with_all_its_curves()
    {
        _reader.Status = TestRun.Status(RunState.Completed, TestRun.Stretch(_reader, 1, 4), TestRun.Stretch(_reader, 5, 9));

        await Feed.Ready;

        Assert.Equal(RunState.Completed, Feed.View.Status?.State);
        Assert.Equal(Enumerable.Range(1, 9), Steps());
    }

    [Fact]
    public async Task What_is_remembered_of_a_run_that_has_ended_is_told_once_and_changes_none_of_its_numbers()
    {
        var ended = DateTimeOffset.UnixEpoch.AddHours(1);
        _reader.Status = TestRun.Status(RunState.Failed, TestRun.Stretch(_reader, 1, 9)) with { Ended = ended };
        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 4, 0.5));
        _reader.Story.Writer.TryWrite(TestRun.Trains(2, 6, 0.5) with { State = "FAILED", Message = "The worker was killed.", Time = ended.AddDays(1), IsLast = true });
        _reader.Story.Writer.Complete();

        await Feed.Ready;
        await Eventually.HoldsAsync(() => Feed.View.Story.Count == 2);

        Assert.Equal(("The worker was killed.", ended), (Feed.View.Story[^1].Message, Feed.View.Story[^1].Time));
        Assert.Equal(Enumerable.Range(1, 9), Steps());
        Assert.Equal(RunState.Failed, Feed.View.Status?.State);
        await Task.Delay(RunFeed.ReadEvery / 10 * 2);
        Assert.Single(_reader.Listened);
    }

    [Fact]
    public async Task What_a_run_says_is_shown_at_once()
    {
        _reader.Status = TestRun.Status(RunState.Running, TestRun.Stretch(_reader, 1, 4));
        await Feed.Ready;

        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 6, 0.5));
        await Eventually.HoldsAsync(() => Feed.View.Status?.Step == 6);

        Assert.Equal([1, 2, 3, 4, 6], Steps());
        Assert.Equal(0.5f, Feed.Curves.Last("loss"));
        Assert.Equal(Phases.Train, Feed.View.Status?.Phase);
    }

    [Fact]
    public async Task A_new_stretch_is_read_once_and_fills_in_what_was_not_said()
    {
        var first = TestRun.Stretch(_reader, 1, 4);
        _reader.Status = TestRun.Status(RunState.Running, first);
        await Feed.Ready;
        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 9, 0.5));
        await Eventually.HoldsAsync(() => Steps().Contains(9));

        _reader.Status = TestRun.Status(RunState.Running, first, TestRun.Stretch(_reader, 5, 8));
        await Eventually.HoldsAsync(() => Steps().Count() == 9);

        Assert.Equal(Enumerable.Range(1, 9), Steps());
        Assert.Equal(2, _reader.Read.Count);
    }

    [Fact]
    public async Task After_a_lost_connection_it_is_listened_to_anew_from_where_it_was()
    {
        _reader.Status = TestRun.Status(RunState.Running, TestRun.Stretch(_reader, 1, 4));
        await Feed.Ready;
        _reader.Story.Writer.TryWrite(TestRun.Trains(7, 6, 0.5));
        await Eventually.HoldsAsync(() => Feed.View.Status?.Step == 6);

        var (lost, next) = (_reader.Story, Channel.CreateUnbounded<ProgressEvent>());
        _reader.Story = next;
        lost.Writer.Complete(new IOException("The connection is lost."));
        next.Writer.TryWrite(TestRun.Trains(8, 7, 0.25));
        await Eventually.HoldsAsync(() => Feed.View.Status?.Step == 7);

        Assert.Equal([0L, 7], _reader.Listened);
        Assert.Equal([1, 2, 3, 4, 6, 7], Steps());
    }

    [Fact]
    public async Task A_run_that_was_lost_and_goes_on_from_its_checkpoint_draws_over_the_steps_it_passes_again()
    {
        _reader.Status = TestRun.Status(RunState.Running, TestRun.Stretch(_reader, 1, 4));
        await Feed.Ready;
        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 8, 80));
        _reader.Story.Writer.TryWrite(TestRun.Trains(2, 5, 50));
        await Eventually.HoldsAsync(() => Feed.View.Status?.Step == 5);

        Assert.Equal([1, 2, 3, 4, 5], Steps());
        Assert.Equal(50f, Feed.Curves.Last("loss"));
    }

    [Fact]
    public async Task A_run_that_does_not_exist_is_absent_and_one_that_comes_is_seen()
    {
        await Feed.Ready;
        Assert.True(Feed.View.IsAbsent);

        _reader.Status = TestRun.Status(RunState.Queued);

        await Eventually.HoldsAsync(() => Feed.View is { IsAbsent: false, Status.State: RunState.Queued });
    }

    [Fact]
    public async Task A_run_that_cannot_be_read_says_why_until_it_can()
    {
        _reader.Failure = new HermesException("The catalog is torn.");
        await Feed.Ready;
        Assert.Equal("The catalog is torn.", Feed.View.Problem?.Message);

        (_reader.Failure, _reader.Status) = (null, TestRun.Status(RunState.Cancelled));

        await Eventually.HoldsAsync(() => Feed.View is { Problem: null, Status: not null });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_read_of_a_run_stays_while_it_cannot_be_read(bool isAway)
    {
        _reader.Status = TestRun.Status(RunState.Running);
        await Feed.Ready;

        var isTold = false;
        Feed.Changed += () => isTold = true;
        _reader.Failure = isAway ? new PlatformAbsentException("127.0.0.1:1", new IOException()) : new TimeoutException("It took too long.");
        Feed.ReadSoon();
        await Eventually.HoldsAsync(() => isTold);

        Assert.Equal(RunState.Running, Feed.View.Status?.State);
        Assert.Equal(isAway, Feed.View.Problem is null);
    }

    [Fact]
    public async Task While_no_platform_answers_the_run_has_no_problem_of_its_own()
    {
        _reader.Failure = new PlatformAbsentException("127.0.0.1:1", new IOException());

        await Feed.Ready;

        Assert.Equal((null, null, false), (Feed.View.Status, Feed.View.Problem, Feed.View.IsAbsent));
    }

    [Fact]
    public async Task What_happened_is_told_once_a_state_and_with_every_sentence()
    {
        _reader.Status = TestRun.Status(RunState.Running);
        await Feed.Ready;
        foreach (var happened in new[] { TestRun.Trains(1, 1, 1), TestRun.Trains(2, 2, 1), TestRun.Trains(3, 3, 1) with { Message = "A checkpoint was torn." }, TestRun.Trains(4, 4, 1) })
        {
            _reader.Story.Writer.TryWrite(happened);
        }

        await Eventually.HoldsAsync(() => Feed.View.Status?.Step == 4);

        Assert.Equal([1L, 3], Feed.View.Story.Select(e => e.Sequence));
    }

    [Fact]
    public async Task What_was_long_ago_is_told_and_changes_nothing_of_how_the_run_stands()
    {
        _reader.Status = TestRun.Status(RunState.Running);
        await Feed.Ready;
        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 1, 1) with { State = "FAILED", Message = "The disk was full.", IsPast = true });
        _reader.Story.Writer.TryWrite(TestRun.Trains(2, 7, 1));

        await Eventually.HoldsAsync(() => Feed.View.Status?.Step == 7);

        Assert.Equal(["FAILED", "RUNNING"], Feed.View.Story.Select(e => e.State));
        Assert.Equal(RunState.Running, Feed.View.Status?.State);
        Assert.Equal([7], Steps());
    }

    private IEnumerable<int> Steps() => Feed.Curves.Windows(["loss"], 0, int.MaxValue, 1000).SelectMany(w => w.Steps);
}
