using Hermes.Client;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Cli.Output;

/// <summary>A run watched to its end.</summary>
internal static class RunStory
{
    /// <summary>Shows the story of a run and returns how it ended.</summary>
    public static Task<RunStatus> FollowAsync(HermesClient client, string run, ProgressDisplay display, CancellationToken cancellationToken) =>
        client.Runs.FollowAsync(run, new Relayed<ProgressEvent>(display.Run), cancellationToken);

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
}
