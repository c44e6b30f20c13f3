using System.Collections.Concurrent;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
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

        public Task<PlatformContents> ReadAsync(CancellationToken cancellationToken) =>
            answers[Math.Min(_next++, answers.Count - 1)](cancellationToken);
    }
}
