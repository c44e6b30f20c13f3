using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>A run and the devices that it gets, all of them or none, of one silo and kind.</summary>
/// <param name="Entry">The run.</param>
/// <param name="Devices">As many as it needs; the first takes the steps.</param>
/// <param name="Silo">The silo that declared them.</param>
internal sealed record Assignment(QueueEntry Entry, IReadOnlyList<DeviceDescription> Devices, DeclaredSilo Silo)
{
    /// <summary>The first in line that is not held and that free devices suit, and those devices; null when there is none.</summary>
    /// <remarks>What is free of a silo that will do for a run that needs several devices is kept for it, or those that need one would always be before it.</remarks>
    public static Assignment? Next(SchedulerRecord record, IReadOnlyCollection<DeclaredSilo> live, DateTimeOffset now)
    {
        var taken = record.Leases.Select(l => l.Lease.Device).ToHashSet(StringComparer.Ordinal);
        var kept = new HashSet<string>(StringComparer.Ordinal);
        bool IsFree(DeviceDescription device) => !taken.Contains(device.Key) && !kept.Contains(device.Key);
        if (live.All(s => s.Devices.All(d => taken.Contains(d.Key))))
        {
            return null;
        }

        foreach (var entry in new QueueOrder(record, now).Of(record.Waiting.Where(e => e.Held is null)))
        {
            var count = entry.Demand.Devices ?? 1;
            var sets = live.SelectMany(s => s.Devices).Sets(entry.Demand).Where(s => s.Count() >= count).ToList();
            if (sets.FirstOrDefault(s => s.Count(IsFree) >= count) is { } free)
            {
                return new Assignment(entry, [.. free.Where(IsFree).Take(count)], live.First(s => s.Devices.Contains(free.First())));
            }

            if (count > 1 && sets.Count > 0)
            {
                kept.UnionWith(sets.MaxBy(s => s.Count(IsFree))!.Select(d => d.Key));
            }
        }

        return null;
    }
}
