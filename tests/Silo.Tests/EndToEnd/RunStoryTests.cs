using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

[Collection(SharedPlatformCollection.Name)]
public sealed class RunStoryTests(SharedPlatform shared)
{
    [Fact]
    public async Task A_run_that_was_cancelled_and_resumed_is_watched_on()
    {
        const string Run = "resumed";
        var runs = shared.Platform.Client.Runs;
        Assert.Equal(0, (await shared.Platform.HermesAsync("train", "--name", Run, "--preset", "tiny", "--steps", "100000")).ExitCode);
        await shared.Platform.WaitAsync(Run, r => r.Step >= 1);
        await runs.CancelAsync(Run);
        var cancelled = await shared.Platform.WaitAsync(Run, r => r.State == RunState.Cancelled);
        await runs.ResumeAsync(Run);

        // From the beginning of its story: the old end is passed, not taken for the end.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var ends = 0;
        await foreach (var told in runs.WatchAsync(Run, 0, limit.Token))
        {
            ends += told.State == "CANCELLED" ? 1 : 0;
            Assert.False(told.IsLast);
            if (told is { State: "RUNNING", Phase: "train" } && told.Done > cancelled.Step)
            {
                break;
            }
        }

        Assert.Equal(1, ends);
        await runs.CancelAsync(Run);
        await shared.Platform.WaitAsync(Run, r => r.State == RunState.Cancelled);
    }
}
