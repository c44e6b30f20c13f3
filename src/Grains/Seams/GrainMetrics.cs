using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Hermes.Grains.Seams;

/// <summary>The numbers of the actors' work, for whoever listens; named after OpenTelemetry's conventions. None of them names what users named.</summary>
public sealed class GrainMetrics
{
    /// <summary>The meter of the platform's own numbers.</summary>
    public const string Meter = "Hermes";

    private const string DeviceClass = "hermes.device.class";
    private const string Kind = "hermes.kind";
    private const string State = "hermes.state";

    private readonly ConcurrentDictionary<string, Func<(int Waiting, int Leases)>> _queues = new(StringComparer.Ordinal);
    private readonly Counter<long> _changes;
    private readonly UpDownCounter<long> _outgoing;
    private readonly Counter<long> _steps;
    private readonly Histogram<double> _stepTime;
    private readonly Histogram<double> _segmentationTime;

    /// <summary>Makes the instruments.</summary>
    public GrainMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        meter.CreateObservableUpDownCounter("hermes.queue.length", () => Queues(q => q.Waiting), "{run}", "Runs that wait for a device.");
        meter.CreateObservableUpDownCounter("hermes.queue.leases", () => Queues(q => q.Leases), "{lease}", "Devices that are leased to runs.");
        _changes = meter.CreateCounter<long>("hermes.state.changes", "{change}", "States that datasets, runs, segmentations, updates and models came to.");
        _outgoing = meter.CreateUpDownCounter<long>("hermes.outbox.length", "{event}", "Events that wait to be delivered.");
        _steps = meter.CreateCounter<long>("hermes.training.steps", "{step}", "Optimiser steps done.");
        _stepTime = meter.CreateHistogram(
            "hermes.training.step.duration", "s", "What steps took, of those that were reported.", advice: Buckets([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]));
        _segmentationTime = meter.CreateHistogram(
            "hermes.segmentation.duration", "s", "From a question to its end, by how it ended.", advice: Buckets([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800]));
    }

    /// <summary>The queue of a device class is kept here from now on.</summary>
    /// <param name="deviceClass">The class.</param>
    /// <param name="count">How many runs wait, and how many have a lease; asked on another thread than the actor's.</param>
    public void KeepQueue(string deviceClass, Func<(int Waiting, int Leases)> count) => _queues[deviceClass] = count;

    /// <summary>It is kept here no longer.</summary>
    public void LeaveQueue(string deviceClass) => _queues.TryRemove(deviceClass, out _);

    /// <summary>An owner came to a state.</summary>
    public void Changed(string kind, string state) => _changes.Add(1, new(Kind, kind), new(State, state));

    /// <summary>More events, or fewer, wait with owners.</summary>
    public void Outgoing(string kind, int more) => _outgoing.Add(more, new KeyValuePair<string, object?>(Kind, kind));

    /// <summary>A run got on.</summary>
    /// <param name="steps">Steps since it said so last.</param>
    /// <param name="seconds">What the last one took, if it was said.</param>
    public void Trained(int steps, double? seconds)
    {
        if (steps > 0)
        {
            _steps.Add(steps);
        }

        if (seconds is { } took)
        {
            _stepTime.Record(took);
        }
    }

    /// <summary>A question came to its end.</summary>
    public void Segmented(string state, TimeSpan time) => _segmentationTime.Record(time.TotalSeconds, new KeyValuePair<string, object?>(State, state));

    private static InstrumentAdvice<double> Buckets(double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };

    private IEnumerable<Measurement<int>> Queues(Func<(int Waiting, int Leases), int> which) =>
        _queues.Select(q => new Measurement<int>(which(q.Value()), new KeyValuePair<string, object?>(DeviceClass, q.Key)));
}
