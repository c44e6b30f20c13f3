using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Cli.Output;

/// <summary>A run watched to its end.</summary>
internal static class RunStory
{
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Shows the story of a run and returns where it then stands: ended, and published if it completed.</summary>
    public static async Task<RunStatus> FollowAsync(HermesClient client, string run, ProgressDisplay display, CancellationToken cancellationToken)
    {
        var status = await client.Runs.GetAsync(run, cancellationToken);
        var seen = 0L;
        while (!HasEnded(status))
        {
            await foreach (var e in client.Runs.WatchAsync(run, seen, cancellationToken))
            {
                seen = e.Sequence;
                display.Run(e);
            }

            status = await client.Runs.GetAsync(run, cancellationToken);
        }

        // The model version follows the run's end through the outbox.
        var from = TimeProvider.System.GetTimestamp();
        while (status is { State: RunState.Completed, ModelVersion: null } && TimeProvider.System.GetElapsedTime(from) < PublishPatience)
        {
            await Task.Delay(Pause, cancellationToken);
            status = await client.Runs.GetAsync(run, cancellationToken);
        }

        return status;
    }

    public static void ThrowIfEndedBadly(RunStatus status)
    {
        if (status.State == RunState.Failed)
        {
            throw new HermesException(
                $"The run '{status.Name}' failed at step {status.Step}: {status.Cause?.Message ?? "without a cause."}",
                status.Cause?.File,
                status.Cause?.Hint).With(Remedy.ResumeRun, status.Name);
        }

        if (status.State == RunState.Cancelled)
        {
            throw new HermesException($"The run '{status.Name}' was cancelled at step {status.Step}.").With(Remedy.ResumeRun, status.Name);
        }
    }

    public static bool HasEnded(RunStatus status) => status.State is RunState.Completed or RunState.Failed or RunState.Cancelled;
}
