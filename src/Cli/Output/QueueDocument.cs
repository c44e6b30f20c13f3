using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Cli.Output;

/// <summary>The queue as <c>queue</c> prints it.</summary>
internal sealed record QueueDocument
{
    /// <summary>Runs that wait, in the order in which they would go now.</summary>
    public required IReadOnlyList<WaitingRow> Waiting { get; init; }

    public required IReadOnlyList<DeviceRow> Devices { get; init; }

    /// <summary>Device time of the sites of late; what was used counts half after a day.</summary>
    public required IReadOnlyList<SiteRow> Sites { get; init; }

    public static QueueDocument Of(QueueStatus status) => new()
    {
        Waiting =
        [
            .. status.Waiting.Select(w => new WaitingRow(
                w.Run, w.Demand.Site, w.Demand.Priority.Word(), w.Demand.DeviceKind, w.Memory, w.Queued, w.IsHeld, w.IsMoved, w.Reason)),
        ],
        Devices =
        [
            .. from d in status.Devices
               let lease = status.Running.FirstOrDefault(r => r.Device == d.Device.Key)
               let state = !d.IsAlive ? "SILENT" : lease is null ? "FREE" : "BUSY"
               select new DeviceRow(
                   d.Device.Key, d.Device.Kind, d.Device.Site, d.Device.Memory, d.Device.Threads, state, lease?.Run, lease?.Demand.Site, lease?.Since),
        ],
        Sites = [.. status.Sites.Select(s => new SiteRow(s.Site, Math.Round(s.Seconds, 1)))],
    };

    /// <param name="Run">The run.</param>
    /// <param name="Site">The site for whose share it counts.</param>
    /// <param name="Priority">Its priority.</param>
    /// <param name="DeviceKind">The kind of device it needs; null for any.</param>
    /// <param name="MemoryBytes">What it needs on the device that suits it best; null when nobody knows.</param>
    /// <param name="Queued">When it came.</param>
    /// <param name="Held">Whether a person holds it back.</param>
    /// <param name="Moved">Whether a person put it where it is.</param>
    /// <param name="Reason">Why it waits.</param>
    internal sealed record WaitingRow(
        string Run, string Site, string Priority, string? DeviceKind, long? MemoryBytes, DateTimeOffset? Queued, bool Held, bool Moved, string Reason);

    /// <param name="Device">Its key.</param>
    /// <param name="Kind">cpu or cuda.</param>
    /// <param name="Site">Where it stands.</param>
    /// <param name="MemoryBytes">Its memory; null when nobody knows.</param>
    /// <param name="Threads">Processor threads of its worker.</param>
    /// <param name="State">FREE, BUSY, or SILENT when nothing is heard of its silo.</param>
    /// <param name="Run">The run that has it.</param>
    /// <param name="RunSite">The site for whose share that run counts.</param>
    /// <param name="Since">Since when.</param>
    internal sealed record DeviceRow(
        string Device, string Kind, string Site, long? MemoryBytes, int Threads, string State, string? Run, string? RunSite, DateTimeOffset? Since);

    internal sealed record SiteRow(string Site, double Seconds);
}
