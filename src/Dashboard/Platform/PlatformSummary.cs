using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;

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

    /// <summary>Devices that no run has.</summary>
    public int Free { get; init; }

    /// <summary>Devices of whose silo nothing is heard.</summary>
    public int Silent { get; init; }

    /// <summary>Runs that wait for a device.</summary>
    public int Waiting { get; init; }

    /// <summary>Of these, runs that a person holds back.</summary>
    public int Held { get; init; }

    /// <summary>Segmentations that wait or are under way.</summary>
    public int Segmentations { get; init; }

    /// <summary>What waits for a person, the worst first.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];

    /// <summary>What was told last, the newest first.</summary>
    public IReadOnlyList<EventRow> Events { get; init; } = [];

    /// <summary>Counts what there is.</summary>
    public static PlatformSummary Of(IReadOnlyList<SiloDescription> silos, QueueStatus queue) => new()
    {
        Sites = [.. silos.Select(s => s.Site).Concat(queue.Devices.Select(d => d.Device.Site)).Distinct().Order(StringComparer.Ordinal)],
        Silos = silos.Count,
        Used = queue.Devices.Count(d => d is { IsAlive: true, Run: not null }),
        Free = queue.Devices.Count(d => d is { IsAlive: true, Run: null }),
        Silent = queue.Devices.Count(d => !d.IsAlive),
        Waiting = queue.Waiting.Count,
        Held = queue.Waiting.Count(w => w.IsHeld),
    };

    public bool Equals(PlatformSummary? other) => other is not null
        && (Silos, Used, Free, Silent, Waiting, Held, Segmentations) == (other.Silos, other.Used, other.Free, other.Silent, other.Waiting, other.Held, other.Segmentations)
        && Sites.SequenceEqual(other.Sites)
        && Alerts.SequenceEqual(other.Alerts)
        && Events.SequenceEqual(other.Events);

    public override int GetHashCode() => HashCode.Combine(Silos, Used, Free, Waiting, Segmentations, Alerts.Count, Events.Count);
}
