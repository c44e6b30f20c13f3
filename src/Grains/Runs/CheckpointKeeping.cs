using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Runs;

/// <summary>Which checkpoints and metrics of a run are kept: the last two checkpoints and the best, and the metrics up to the last.</summary>
internal static class CheckpointKeeping
{
    private const int LastKept = 2;

    /// <summary>The record with a new checkpoint; what is no longer kept is marked for deletion.</summary>
    public static RunRecord WithCheckpoint(this RunRecord record, CheckpointHead added)
    {
        // A run that went on from a checkpoint passes the steps after it again; the later one stands.
        var all = record.Checkpoints.Where(c => c.Step < added.Step).Append(added).ToList();
        var best = all.Best();
        var kept = all.Where((c, i) => i >= all.Count - LastKept || c == best).ToList();
        var isNew = record.Checkpoints.Count == 0 || added.Step > record.Checkpoints[^1].Step;
        return record with
        {
            Checkpoints = kept,
            Step = added.Step,
            Crashes = isNew ? 0 : record.Crashes,
            Setbacks = isNew ? 0 : record.Setbacks,
            Discarded = Unreferenced(record.Discarded, record.Checkpoints.Select(c => c.Blob), kept, record.Metrics),
        };
    }

    /// <summary>The record with a new stretch of metrics, in place of all that was known from its first step on.</summary>
    public static RunRecord WithMetrics(this RunRecord record, MetricsChunk added) =>
        record.WithMetrics([.. record.Metrics.UpTo(added.FirstStep - 1), added]);

    /// <summary>The record as the last checkpoint knew it: metrics and samples past it are dropped.</summary>
    public static RunRecord AtLastCheckpoint(this RunRecord record)
    {
        var step = record.Checkpoints.Count > 0 ? record.Checkpoints[^1].Step : 0;
        return record.WithMetrics([.. record.Metrics.UpTo(step)]) with
        {
            Step = step,
            Trend = [.. record.Trend.Where(p => p.Step <= step)],
            Samples = [.. record.Samples.Where(s => s.Step <= step)],
        };
    }

    /// <summary>The order for the worker that holds <paramref name="lease"/>, with the checkpoints it may go on from.</summary>
    public static TrainOrder? OrderFor(this RunRecord record, Lease lease) => record.Order is not { } order ? null : order with
    {
        OrderId = $"{order.Run}/{lease.Token}",
        Checkpoints = record.Checkpoints,
        Place = record.Request is { Devices: > 1 and var devices } ? new DevicePlace(devices, Place: 0, $"{order.Run}/{lease.Token}") : null,
    };

    private static IEnumerable<MetricsChunk> UpTo(this IEnumerable<MetricsChunk> metrics, int step) =>
        metrics.Where(m => m.FirstStep <= step).Select(m => m with { LastStep = Math.Min(m.LastStep, step) });

    private static RunRecord WithMetrics(this RunRecord record, IReadOnlyList<MetricsChunk> kept) => record with
    {
        Metrics = kept,
        Discarded = Unreferenced(record.Discarded, record.Metrics.Select(m => m.Blob), record.Checkpoints, kept),
    };

    private static List<BlobRef> Unreferenced(
        IEnumerable<BlobRef> discarded, IEnumerable<BlobRef> candidates, IReadOnlyList<CheckpointHead> checkpoints, IReadOnlyList<MetricsChunk> metrics)
    {
        var kept = checkpoints.Select(c => c.Blob.Sha256).Concat(metrics.Select(m => m.Blob.Sha256)).ToHashSet(StringComparer.Ordinal);
        return [.. discarded.Concat(candidates).Where(b => !kept.Contains(b.Sha256)).DistinctBy(b => b.Sha256)];
    }
}
