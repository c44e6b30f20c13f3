using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Progress;

namespace Hermes.Grains.Runs;

/// <summary>How a run is shown.</summary>
internal static class RunDescription
{
    public static RunStatus Status(string name, RunRecord record, RunProgress progress, Failure? storage) => new()
    {
        Name = name,
        State = record.State,
        Request = record.Request,
        Datasets = record.Datasets,
        Step = record.IsLeased ? progress.Step ?? record.Step : record.Step,
        StepsTotal = record.StepsTotal,
        Phase = record.IsLeased ? progress.Phase : "",
        Cause = record.Cause,
        Checkpoints = record.Checkpoints,
        Metrics = record.Metrics,
        Device = record.Lease?.Device,
        Package = record.Content?.Package ?? record.Branch?.Package,
        Branch = record.Branch,
        Content = record.Content,
        ModelVersion = record.ModelVersion,
        Updates = record.Updates,
        LastMetrics = progress.Metrics ?? record.LastMetrics,
        Trend = record.Trend.With(progress.Trend),
        Samples = record.Samples,
        Created = record.Created,
        Ended = record.Ended,
        Crashes = record.Crashes,
        Note = record.Note,
        Trouble = record.IsWaiting || record.IsLeased ? storage : null,
    };

    public static Happening Event(RunRecord record, RunProgress progress, string? message)
    {
        var isEnd = record.State is RunState.Cancelled or RunState.Failed || (record.State == RunState.Completed && !record.IsPublishing);
        return new Happening
        {
            State = record.State.Word(),
            Phase = record.IsLeased ? progress.Phase : record.IsPublishing ? Phases.Publish : "",
            Done = record.IsLeased ? progress.Done : record.Step,
            Total = record.IsLeased ? progress.Of : record.StepsTotal,
            Message = message ?? record.Cause?.Message ?? (record.ModelVersion is { } version ? $"Published as {record.Request!.Model}@{version}." : null),
            Metrics = progress.Metrics,
            IsLast = isEnd,
        };
    }
}
