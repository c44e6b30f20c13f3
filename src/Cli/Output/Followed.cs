using Hermes.Client.Blobs;
using Hermes.Client.Datasets;
using Hermes.Client.Evaluations;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Cli.Output;

/// <summary>Long work as the display shows it.</summary>
internal static class Followed
{
    /// <summary>Files on their way.</summary>
    public static IProgress<TransferProgress> Transfers(this ProgressDisplay display) => new Relayed<TransferProgress>(t =>
        display.Report(t.Stage.ToString().ToLowerInvariant(), t.Done, t.Total, "MiB"));

    /// <summary>The hashing, the sending and the looking into.</summary>
    public static IProgress<AddProgress> Add(this ProgressDisplay display) => new Relayed<AddProgress>(p =>
    {
        if (p.Event is { } e)
        {
            Report(display, e with { Phase = Phases.Ingest }, e.Message);
        }
        else if (p.Transfer is { } transfer)
        {
            display.Report(transfer.Stage == TransferStage.Hash ? "hash" : "upload", p.FilesDone + p.Parts, p.FilesTotal, "files", Path.GetFileName(transfer.File));
        }
    });

    /// <summary>Cases that are measured.</summary>
    public static IProgress<EvaluationProgress> Evaluation(this ProgressDisplay display, string phase) =>
        new Relayed<EvaluationProgress>(p => display.Report(phase, p.Done, p.Total, "cases", p.Latest?.Case.CaseId));

    /// <summary>The windows of a segmentation.</summary>
    public static IProgress<ProgressEvent> Segmentation(this ProgressDisplay display) => new Relayed<ProgressEvent>(e => Report(display, e, e.Message));

    /// <summary>An event of a run; what it has to say stays on the screen.</summary>
    public static void Run(this ProgressDisplay display, ProgressEvent e)
    {
        if (e.IsPast)
        {
            // Whoever follows wants to know what is; the rest is on record.
            return;
        }

        if (e is { IsHeartbeat: false, Message: { Length: > 0 } message })
        {
            display.Say(message);
        }

        Report(display, e, e.Metrics is not null && e.Metrics.TryGetValue(MetricKeys.Loss, out var loss) ? $"loss {Tables.Number(loss)}" : null);
    }

    private static void Report(ProgressDisplay display, ProgressEvent e, string? note)
    {
        if (!e.IsHeartbeat)
        {
            display.Report(e.Phase.Length > 0 ? e.Phase : e.State.ToLowerInvariant(), e.Done, e.Total, UnitOf(e.Phase), note);
        }
    }

    private static string UnitOf(string phase) => phase switch
    {
        Phases.Train => "steps",
        Phases.Ingest or Phases.Prepare or Phases.Validate or Phases.Probe => "cases",
        Phases.Window => "windows",
        _ => "",
    };
}
