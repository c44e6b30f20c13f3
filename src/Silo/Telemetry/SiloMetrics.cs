using System.Diagnostics.Metrics;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Telemetry;

/// <summary>The numbers of a silo beside those of its actors.</summary>
internal sealed class SiloMetrics
{
    private const string Direction = "network.io.direction";

    private readonly Counter<long> _blobs;
    private readonly Counter<long> _restarts;

    public SiloMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(GrainMetrics.Meter);
        _blobs = meter.CreateCounter<long>("hermes.blob.io", "By", "Blobs that clients sent and were sent.");
        _restarts = meter.CreateCounter<long>("hermes.worker.restarts", "{process}", "Workers that took the place of a lost one.");
    }

    /// <summary>A client sent so much of a blob.</summary>
    public void Received(long bytes) => _blobs.Add(bytes, new KeyValuePair<string, object?>(Direction, "receive"));

    /// <summary>A client was sent so much of a blob.</summary>
    public void Sent(long bytes) => _blobs.Add(bytes, new KeyValuePair<string, object?>(Direction, "transmit"));

    /// <summary>A worker is started, the first in its place or anew.</summary>
    public void Started(string worker, bool isAnew) => _restarts.Add(isAnew ? 1 : 0, new KeyValuePair<string, object?>("hermes.worker", worker));
}
