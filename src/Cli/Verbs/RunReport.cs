using System.Globalization;
using Hermes.Cli.Output;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Hosting;
using Spectre.Console;

namespace Hermes.Cli.Verbs;

/// <summary>How runs are shown and watched.</summary>
internal static class RunReport
{
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
            ("waits", run.Waits),
            ("note", run.Note),
            ("trouble", run.Trouble),
            ("datasets", string.Join(", ", run.Datasets)),
            ("updates", string.Join(", ", run.Updates)),
            ("studies", string.Join(", ", run.Studies.Select(study => $"of {study}"))),
            ("model", run.ModelVersion is null ? run.Model : $"{run.Model}@{run.ModelVersion}"),
            ("preset", run.Preset),
            ("changed", string.Join(", ", run.Changes)),
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
            status = await RunStory.FollowAsync(client, run, context.Progress, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            context.Progress.Clear();
            VerbOutput.Remark($"Stopped watching; the run '{run}' goes on. End it with 'hermes run cancel {run}', watch it with 'hermes run watch {run}'.");
            return ExitCodes.Interrupted;
        }

        context.Progress.Clear();
        RunStory.ThrowIfEndedBadly(status);
        Show(context, status);
        return ExitCodes.Success;
    }
}
