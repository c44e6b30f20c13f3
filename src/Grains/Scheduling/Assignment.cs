using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>A run and the device that it gets.</summary>
/// <param name="Entry">The run.</param>
/// <param name="Device">The device.</param>
/// <param name="Silo">The silo that declared it.</param>
internal sealed record Assignment(QueueEntry Entry, DeviceDescription Device, DeclaredSilo Silo)
{
    /// <summary>The first in line that is not held and that a free device suits, and that device; null when there is none.</summary>
    public static Assignment? Next(SchedulerRecord record, IReadOnlyCollection<DeclaredSilo> live, DateTimeOffset now)
    {
        var taken = record.Leases.Select(l => l.Lease.Device).ToHashSet(StringComparer.Ordinal);
        var free = live.SelectMany(s => s.Devices, (silo, device) => (silo, device)).Where(d => !taken.Contains(d.device.Key)).ToList();
        return free.Count == 0 ? null :
        (
            from entry in new QueueOrder(record, now).Of(record.Waiting.Where(e => e.Held is null))
            from one in free
            where one.device.Suits(entry.Demand)
            select new Assignment(entry, one.device, one.silo)).FirstOrDefault();
    }
}
