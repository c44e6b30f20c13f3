using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary>How runs are shown and watched.</summary>
internal static class RunReport
{
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static void Show(VerbContext context, RunStatus status)
    {
        var run = RunDocument.Of(status, TimeProvider.System);
        context.Output.Result(run, console =>
        {
            Facts(console, run);
            NotLearned.Tell(console, run.NotLearned);
        });
    }

    private static void Facts(IAnsiConsole console, RunDocument run) => console.Facts(
            ("run", run.Name),
            ("state", run.Phase.Length > 0 && run.State == RunState.Running.Word() ? $"{run.State} ({run.Phase})" : run.State),
            ("step", run.StepsTotal > 0 ? $"{run.Step} of {run.StepsTotal}" : "not begun"),
            ("cause", run.Cause),
            ("file", run.CauseFile),
            ("hint", run.CauseHint),
            ("note", run.Note),
            ("trouble", run.Trouble),
            ("datasets", string.Join(", ", run.Datasets)),
            ("model", run.ModelVersion is null ? run.Model : $"{run.Model}@{run.ModelVersion}"),
            ("preset", run.Preset),
            ("seed", run.Seed?.ToString(CultureInfo.InvariantCulture)),
            ("device", run.Device),
            ("checkpoints", string.Join(", ", run.Checkpoints.Select(c => c.Score is { } s ? $"{c.Step} (Dice {Tables.Dice(s)})" : $"{c.Step}"))),
            ("validation", string.Join(", ", run.Validation.Select(t => $"{t.Task} {Tables.Dice(t.Dice)}"))),
            ("last step", string.Join(", ", run.LastMetrics.Select(m => $"{m.Key} {Tables.Number(m.Value)}"))),
            ("created", Tables.Time(run.Created)),
            ("ended", Tables.Time(run.Ended)),
            ("time", run.Seconds is { } seconds ? Tables.Seconds(seconds) : null));

    /// <summary>Watches a run to its end, shows how it ended and returns the exit code.</summary>
    public static async Task<int> WatchAsync(VerbContext context, HermesClient client, string run, CancellationToken cancellationToken)
    {
        RunStatus status;
        try
        {
            status = await FollowAsync(client, run, context.Progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Progress.Clear();
            VerbOutput.Remark($"Stopped watching; the run '{run}' goes on. End it with 'hermes run cancel {run}', watch it with 'hermes run watch {run}'.");
            return ExitCodes.Interrupted;
        }

        context.Progress.Clear();
        ThrowIfEndedBadly(status);
        Show(context, status);
        return ExitCodes.Success;
    }

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
                Show(display, e);
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
                status.Cause?.Hint ?? $"When the cause is mended, 'hermes run resume {status.Name}' goes on from the last checkpoint.");
        }

        if (status.State == RunState.Cancelled)
        {
            throw new HermesException($"The run '{status.Name}' was cancelled at step {status.Step}.", hint: $"'hermes run resume {status.Name}' goes on from its last checkpoint.");
        }
    }

    public static bool HasEnded(RunStatus status) => status.State is RunState.Completed or RunState.Failed or RunState.Cancelled;

    private static void Show(ProgressDisplay display, ProgressEvent e)
    {
        if (e.IsHeartbeat)
        {
            return;
        }

        var phase = e.Phase.Length > 0 ? e.Phase : e.State.ToLowerInvariant();
        var unit = phase switch
        {
            Phases.Train => "steps",
            Phases.Prepare or Phases.Validate => "cases",
            _ => "",
        };
        var note = e.Metrics is not null && e.Metrics.TryGetValue(MetricKeys.Loss, out var loss) ? $"loss {Tables.Number(loss)}" : null;
        if (e.Message is { Length: > 0 } message)
        {
            display.Say(message);
        }

        display.Report(phase, e.Done, e.Total, unit, note);
    }
}
