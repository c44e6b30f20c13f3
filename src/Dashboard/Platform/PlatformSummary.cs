using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Platform;

/// <summary>What stands around datasets and runs, in numbers: where the platform is, what it has, who waits, what waits for a person, and what was told last.</summary>
public sealed record PlatformSummary
{
    /// <summary>Sites of silos and devices, in order.</summary>
    public IReadOnlyList<string> Sites { get; init; } = [];

    /// <summary>Silos that live.</summary>
    public int Silos { get; init; }

    /// <summary>Devices that a run has.</summary>
    public int Used { get; init; }

    /// <summary>Devices that no run has and that are at a segmentation.</summary>
    public int Answering { get; init; }

    /// <summary>Devices that have nothing to do.</summary>
    public int Free { get; init; }

    /// <summary>Devices of whose silo nothing is heard.</summary>
    public int Silent { get; init; }

    /// <summary>Runs that wait for a device.</summary>
    public int Waiting { get; init; }

    /// <summary>Of these, runs that a person holds back.</summary>
    public int Held { get; init; }

    /// <summary>Segmentations that wait for their turn.</summary>
    public int Segmentations { get; init; }

    /// <summary>What waits for a person, the worst first.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>What was told last, the newest first.</summary>
    public IReadOnlyList<EventRow> Events { get; init; } = [];

    /// <summary>Counts what there is.</summary>
    public static PlatformSummary Of(IReadOnlyList<SiloDescription> silos, QueueView queue) => new()
    {
        Sites = [.. silos.Select(s => s.Site).Concat(queue.Devices.Select(d => d.Device.Site)).Distinct().Order(StringComparer.Ordinal)],
        Silos = silos.Count,
        Used = queue.Devices.Count(d => d.State == DeviceState.Busy),
        Answering = queue.Devices.Count(d => d.State == DeviceState.Answering),
        Free = queue.Devices.Count(d => d.State == DeviceState.Free),
        Silent = queue.Devices.Count(d => d.State == DeviceState.Silent),
        Waiting = queue.Queue.Waiting.Count,
        Held = queue.Queue.Waiting.Count(w => w.IsHeld),
        Segmentations = queue.Questions.Waiting,
    };

    public bool Equals(PlatformSummary? other) => other is not null
        && (Silos, Used, Answering, Free, Silent, Waiting, Held, Segmentations)
            == (other.Silos, other.Used, other.Answering, other.Free, other.Silent, other.Waiting, other.Held, other.Segmentations)
        && Sites.SequenceEqual(other.Sites)
        && Alerts.SequenceEqual(other.Alerts)
        && Events.SequenceEqual(other.Events);

    public override int GetHashCode() => HashCode.Combine(Silos, Used, Answering, Free, Waiting, Segmentations, Alerts.Count, Events.Count);
}
