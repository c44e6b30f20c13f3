using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class PlatformWatcherTests
{
    private static readonly PlatformContents OneDataset = new([Rows.Dataset("a")], [], 1, 0);

    [Fact]
    public async Task A_platform_that_goes_and_comes_is_followed()
    {
        var views = await WatchAsync(
            _ => throw new PlatformAbsentException("127.0.0.1:5081", new IOException()),
            _ => Task.FromResult(OneDataset),
            _ => throw new HermesException("The platform is full."),
            _ => throw new InvalidDataException("The catalog entry is torn."),
            _ => Task.FromResult(OneDataset));

        Assert.Equal(
            [
                new PlatformView(Contents: null),
                new PlatformView(OneDataset),
                new PlatformView(Contents: null, "The platform is full."),
                new PlatformView(Contents: null, "The platform could not be read: The catalog entry is torn."),
                new PlatformView(OneDataset),
            ],
            views);
    }

    [Fact]
    public async Task A_platform_that_does_not_answer_is_not_waited_for()
    {
        var views = await WatchAsync(
            async token =>
            {
                await Task.Delay(Timeout.Infinite, token);
                return OneDataset;
            },
            _ => Task.FromResult(OneDataset));

        Assert.Equal([new PlatformView(Contents: null, "The platform has not answered for 5 s."), new PlatformView(OneDataset)], views);
    }

    [Fact]
    public async Task What_the_platform_tells_is_looked_at_in_a_moment_and_progress_costs_no_more_than_it_has_to()
    {
        var reader = new TellingReader();
        await using var ends = await StartAsync(reader, out var board);
        reader.Tell(PlatformChanges.Everything);
        await reader.LooksAsync(2);
        await Eventually.HoldsAsync(() => board.IsTold);

        // On a busy machine it may have been looked at once more before it told anything, and a look may be under way.
        await Task.Delay(2 * PlatformWatcher.Interval);
        var looks = reader.Looks.Count;
        await Task.Delay(2 * PlatformWatcher.Interval);
        Assert.Equal(looks, reader.Looks.Count);

        var since = Stopwatch.StartNew();
        reader.Tell(Of(new PlatformChange(CatalogKinds.Run, "a", IsProgress: true)));
        await reader.LooksAsync(looks + 1);
        Assert.InRange(since.Elapsed, TimeSpan.Zero, PlatformWatcher.Net / 2);
        reader.Tell(Of(new PlatformChange(CatalogKinds.Run, "a")));
        await reader.LooksAsync(looks + 2);
        Assert.Equal([false, true], reader.Looks.Skip(looks));

        reader.Tell(PlatformChanges.Nothing);
        await Task.Delay(2 * PlatformWatcher.Pause);
        Assert.Equal(looks + 2, reader.Looks.Count);
    }

    [Fact]
    public async Task A_burst_of_changes_is_a_few_looks_the_last_of_which_sees_the_last()
    {
        var reader = new TellingReader();
        await using var ends = await StartAsync(reader, out _);
        reader.Tell(PlatformChanges.Everything);
        await reader.LooksAsync(2);

        var since = Stopwatch.StartNew();
        for (var i = 0; i < 5_000; i++)
        {
            reader.Tell(Of(new PlatformChange(CatalogKinds.Dataset, $"{i}")));
            await Task.Yield();
        }

        await Eventually.HoldsAsync(() => reader.Heard == 5_001 && reader.HeardAtLook == 5_001);
        Assert.InRange(reader.Looks.Count - 2, 1, (since.Elapsed / PlatformWatcher.Pause) + 2);
    }

    [Fact]
    public async Task What_was_not_told_is_seen_all_the_same()
    {
        var reader = new TellingReader();
        await using var ends = await StartAsync(reader, out _, new FastTime(20));
        reader.Tell(PlatformChanges.Everything);
        await reader.LooksAsync(2);

        // The clock is twenty times as fast.
        var since = Stopwatch.StartNew();
        await reader.LooksAsync(4);
        Assert.InRange(since.Elapsed * 20, PlatformWatcher.Net, 4 * PlatformWatcher.Net);
    }

    [Fact]
    public async Task A_platform_that_stops_to_tell_is_looked_at_every_second_until_it_tells_again()
    {
        var reader = new TellingReader();
        await using var ends = await StartAsync(reader, out var board);
        reader.Tell(PlatformChanges.Everything);
        await Eventually.HoldsAsync(() => board.IsTold);

        reader.Break();
        await Eventually.HoldsAsync(() => !board.IsTold);
        var looks = reader.Looks.Count;
        await reader.LooksAsync(looks + 2);

        reader.Tell(PlatformChanges.Everything);
        await Eventually.HoldsAsync(() => board.IsTold);
    }

    private static PlatformChanges Of(PlatformChange change) => new() { Changes = [change] };

    private static Task<Ends> StartAsync(TellingReader reader, out PlatformBoard board, TimeProvider? time = null)
    {
        board = new PlatformBoard();
        var watcher = new PlatformWatcher(reader, board, time ?? TimeProvider.System, NullLogger<PlatformWatcher>.Instance);
        return StartAsync(watcher, reader);

        static async Task<Ends> StartAsync(PlatformWatcher watcher, TellingReader reader)
        {
            await watcher.StartAsync(CancellationToken.None);
            await reader.LooksAsync(1);
            return new Ends(watcher);
        }
    }

    private static async Task<List<PlatformView>> WatchAsync(params Func<CancellationToken, Task<PlatformContents>>[] answers)
    {
        var board = new PlatformBoard();
        var views = new ConcurrentQueue<PlatformView>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        board.Changed += () =>
        {
            views.Enqueue(board.Current);
            if (views.Count == answers.Length)
            {
                done.TrySetResult();
            }
        };
        var reader = new ScriptedReader(answers);
        using var watcher = new PlatformWatcher(reader, board, TimeProvider.System, NullLogger<PlatformWatcher>.Instance);
        await watcher.StartAsync(CancellationToken.None);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await watcher.StopAsync(CancellationToken.None);
        return [.. views];
    }

    /// <summary>Gives one answer after the other and the last one for ever.</summary>
    private sealed class ScriptedReader(IReadOnlyList<Func<CancellationToken, Task<PlatformContents>>> answers) : IPlatformReader
    {
        private int _next;

        public Task<PlatformContents> ReadAsync(bool isAnew, CancellationToken cancellationToken) =>
            answers[Math.Min(_next++, answers.Count - 1)](cancellationToken);

        public IAsyncEnumerable<PlatformChanges> WatchAsync(CancellationToken cancellationToken) => throw new HermesException("It is of a version that does not tell.");
    }

    /// <summary>A platform that tells what the test tells it to.</summary>
    private sealed class TellingReader : IPlatformReader
    {
        private volatile Channel<PlatformChanges> _told = Channel.CreateUnbounded<PlatformChanges>();
        private volatile int _heard;

        /// <summary>The looks, and whether each was at everything.</summary>
        public ConcurrentQueue<bool> Looks { get; } = new();

        /// <summary>How many bundles were heard.</summary>
        public int Heard => _heard;

        /// <summary>How many of them when the last look began.</summary>
        public int HeardAtLook { get; private set; }

        public void Tell(PlatformChanges changes) => Assert.True(_told.Writer.TryWrite(changes));

        public void Break()
        {
            var broken = _told;
            _told = Channel.CreateUnbounded<PlatformChanges>();
            broken.Writer.Complete(new IOException("The silo is gone."));
        }

        public Task LooksAsync(int count) => Eventually.HoldsAsync(() => Looks.Count >= count);

        public Task<PlatformContents> ReadAsync(bool isAnew, CancellationToken cancellationToken)
        {
            HeardAtLook = Heard;
            Looks.Enqueue(isAnew);
            return Task.FromResult(OneDataset);
        }

        public async IAsyncEnumerable<PlatformChanges> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var changes in _told.Reader.ReadAllAsync(cancellationToken))
            {
                Interlocked.Increment(ref _heard);
                yield return changes;
            }
        }
    }

    private sealed record Ends(PlatformWatcher Watcher) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Watcher.StopAsync(CancellationToken.None);
            Watcher.Dispose();
        }
    }
}
