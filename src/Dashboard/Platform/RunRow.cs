using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Platform;

/// <summary>A run as the table shows it.</summary>
public sealed record RunRow
{
    /// <summary>The states from which a run may yet change by itself.</summary>
    public static IReadOnlyList<RunState> UnderWay { get; } = [RunState.Running, RunState.Cancelling, RunState.Interrupted, RunState.Queued];

    public required string Name { get; init; }

    public required RunState State { get; init; }

    /// <summary>What its worker is doing, or nothing while none works on it.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Optimiser steps done.</summary>
    public int Step { get; init; }

    /// <summary>Optimiser steps in all, 0 while unknown.</summary>
    public int StepsTotal { get; init; }

    /// <summary>Loss of the last step reported.</summary>
    public double? Loss { get; init; }

    /// <summary>Mean validation Dice of its best checkpoint.</summary>
    public double? BestDice { get; init; }

    /// <summary>Seconds until the last step at the present rate; null unless it is training.</summary>
    public double? SecondsLeft { get; init; }

    public string? Device { get; init; }

    /// <summary>Why it failed, was interrupted or waits.</summary>
    public Failure? Cause { get; init; }

    /// <summary>The model it trains, with the version that came of it once published.</summary>
    public string Model { get; init; } = "";

    public DateTimeOffset? Created { get; init; }

    /// <summary>A few of its losses, over all of its steps.</summary>
    public IReadOnlyList<TrendPoint> Trend { get; init; } = [];

    /// <summary>Whether it may yet change by itself.</summary>
    public bool IsUnderWay => UnderWay.Contains(State);

    public bool IsWorkedOn => State is RunState.Running or RunState.Cancelling;

    public static RunRow Of(RunStatus status)
    {
        var isWorkedOn = status.State is RunState.Running or RunState.Cancelling;
        return new RunRow
        {
            Name = status.Name,
            State = status.State,
            Phase = isWorkedOn ? status.Phase : "",
            Step = status.Step,
            StepsTotal = status.StepsTotal,
            Loss = status.LastMetrics.TryGetValue(MetricKeys.Loss, out var loss) ? loss : null,
            BestDice = status.Checkpoints.Best()?.Score,
            SecondsLeft = SecondsLeftOf(status),
            Device = isWorkedOn ? status.Device : null,
            Cause = status.Cause ?? (status.Waits is { } reason ? new Failure(reason) : null),
            Model = ModelOf(status),
            Created = status.Created,
            Trend = status.Trend,
        };
    }

    /// <summary>What is worked on, then what may yet change by itself, then the rest; of each the newest first.</summary>
    public static IEnumerable<RunRow> InOrder(IEnumerable<RunRow> rows) =>
        rows.OrderByDescending(r => r.IsWorkedOn).ThenByDescending(r => r.IsUnderWay).ThenByDescending(r => r.Created);

    /// <summary>The model it trains, with the version that came of it once published.</summary>
    public static string ModelOf(RunStatus status)
    {
        var model = status.Request?.Model ?? "";
        return status.ModelVersion is { } version ? $"{model}@{version}" : model;
    }

    /// <summary>Seconds that a step takes at present; null unless it is training.</summary>
    public static double? PaceOf(RunStatus status) =>
        status.State == RunState.Running
        && status.Phase == Phases.Train
        && status.StepsTotal > status.Step
        && status.LastMetrics.TryGetValue(MetricKeys.SecondsPerStep, out var pace)
        && double.IsFinite(pace)
        && pace > 0
            ? pace
            : null;

    private static double? SecondsLeftOf(RunStatus status) => PaceOf(status) * (status.StepsTotal - status.Step);
}
