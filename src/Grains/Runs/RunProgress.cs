using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Runs;

/// <summary>What the worker said last; not stored, because the worker says it again.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">Done, in the phase's units.</param>
/// <param name="Of">Of how many.</param>
/// <param name="Step">Optimiser steps done, if the worker has said so.</param>
/// <param name="Metrics">Numbers of the last step and the last validation.</param>
internal sealed record RunProgress(string Phase, int Done, int Of, int? Step, IReadOnlyDictionary<string, double>? Metrics)
{
    public static RunProgress None { get; } = new("", 0, 0, null, null);

    /// <summary>A few of the losses that the worker said.</summary>
    public IReadOnlyList<TrendPoint> Trend { get; init; } = [];

    public RunProgress With(TrainReport report)
    {
        var isTraining = report.Phase == Phases.Train;
        var next = report.Phase.Length == 0 ? this : this with
        {
            Phase = report.Phase,
            Done = report.Done,
            Of = report.Total,
            Step = isTraining ? report.Done : Step,
        };
        next = report.Checkpoint is { } checkpoint ? next with { Step = Math.Max(checkpoint.Step, next.Step ?? 0) } : next;

        next = isTraining && report.Metrics?.TryGetValue(MetricKeys.Loss, out var loss) == true && double.IsFinite(loss)
            ? next with { Trend = Trend.With(new TrendPoint(report.Done, loss)) }
            : next;

        // A validation says other numbers than a step; what each said last stands.
        return report.Metrics is not { Count: > 0 } metrics ? next : next with
        {
            Metrics = (Metrics ?? metrics).Concat(metrics).GroupBy(m => m.Key).ToDictionary(m => m.Key, m => m.Last().Value),
        };
    }
}
