using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class RunFeedsTests : IAsyncLifetime
{
    private readonly TestRunReader _reader = new() { Status = TestRun.Status(RunState.Running) };
    private RunFeeds? _feeds;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await (_feeds?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Fact]
    public async Task Fifty_viewers_of_a_run_are_one_listener_at_the_platform()
    {
        _feeds = new RunFeeds(_reader, TimeProvider.System);
        var seen = new int[50];
        var watches = seen.Select((_, i) => _feeds.Watch(TestRun.Name, () => Interlocked.Increment(ref seen[i]))).ToList();
        await watches[0].Feed.Ready;
        await Eventually.HoldsAsync(() => !_reader.Listened.IsEmpty);
        Array.Clear(seen);

        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 6, 0.5));
        await Eventually.HoldsAsync(() => seen.All(count => count > 0));

        Assert.Single(_reader.Listened);
        Assert.All(watches, watch => Assert.Same(watches[0].Feed, watch.Feed));
    }

    [Fact]
    public async Task Whoever_has_left_is_told_nothing()
    {
        _feeds = new RunFeeds(_reader, TimeProvider.System);
        int stayed = 0, left = 0;
        using var stays = _feeds.Watch(TestRun.Name, () => Interlocked.Increment(ref stayed));
        var leaves = _feeds.Watch(TestRun.Name, () => Interlocked.Increment(ref left));
        await stays.Feed.Ready;
        leaves.Dispose();
        var (stayedBefore, leftBefore) = (stayed, left);

        _reader.Story.Writer.TryWrite(TestRun.Trains(1, 6, 0.5));
        await Eventually.HoldsAsync(() => stayed > stayedBefore);

        Assert.Equal(leftBefore, left);
    }

    [Fact]
    public void A_run_that_there_is_not_can_be_let_go_at_once_unless_somebody_waits_for_it()
    {
        _feeds = new RunFeeds(_reader, TimeProvider.System);
        using var watch = _feeds.Watch(TestRun.Name, () => { });
        _feeds.Of("other");

        _feeds.LetGo("other");
        _feeds.LetGo(TestRun.Name);

        Assert.Equal(1, _feeds.Count);
        Assert.Same(watch.Feed, _feeds.Of(TestRun.Name));
    }

    [Fact]
    public async Task A_run_that_nobody_looks_at_is_let_go_after_a_while_and_one_that_is_watched_is_not()
    {
        _feeds = new RunFeeds(_reader, new FastTime(200));
        using var watch = _feeds.Watch(TestRun.Name, () => { });
        var other = _feeds.Of("other");

        await Eventually.HoldsAsync(() => _feeds.Count == 1);

        Assert.NotSame(other, _feeds.Of("other"));
        Assert.Same(watch.Feed, _feeds.Of(TestRun.Name));
    }
}
