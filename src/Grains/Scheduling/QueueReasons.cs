using System.Globalization;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>The queue as people see it: who waits for what, and why.</summary>
/// <param name="record">What the scheduler stores.</param>
/// <param name="live">Keys of the devices whose silos were heard of late.</param>
/// <param name="now">The moment.</param>
internal sealed class QueueReasons(SchedulerRecord record, IReadOnlySet<string> live, DateTimeOffset now)
{
    private readonly IReadOnlyList<DeviceDescription> _devices = [.. record.Silos.SelectMany(s => s.Devices)];
    private readonly QueueOrder _order = new(record, now);

    /// <summary>All of it.</summary>
    public QueueStatus Describe()
    {
        var waiting = _order.Of(record.Waiting);
        return new QueueStatus
        {
            Waiting =
            [
                .. waiting.Select((entry, place) => new QueuedRun
                {
                    Run = entry.Run,
                    Demand = entry.Demand,
                    Memory = _devices.BestFor(entry.Demand)?.Needs(entry.Demand),
                    Queued = entry.Queued,
                    IsHeld = entry.Held is not null,
                    IsMoved = entry.Moved is not null,
                    Reason = Reason(entry, waiting.Take(place)),
                }),
            ],
            Running = [.. record.Leases.OrderBy(l => l.Lease.Device, StringComparer.Ordinal).Select(l => new LeasedRun(l.Lease.Run, l.Lease.Device, l.Since, l.Demand))],
            Devices = [.. _devices.Select(d => new QueueDevice(d, live.Contains(d.Key), record.Leases.FirstOrDefault(l => l.Lease.Device == d.Key)?.Lease.Run))],
            Sites = [.. record.Shares(now).OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SiteShare(s.Key, s.Value))],
        };
    }

    /// <summary>Why a run waits; null when it does not.</summary>
    public string? Find(string run)
    {
        var waiting = _order.Of(record.Waiting);
        return waiting.FirstOrDefault(e => e.Run == run) is { } entry ? Reason(entry, waiting.TakeWhile(e => e != entry)) : null;
    }

    private string Reason(QueueEntry entry, IEnumerable<QueueEntry> before)
    {
        if (entry.Held is { } held)
        {
            return $"Held by {held.By} since {Time(held.At)}.";
        }

        if (_devices.Shortage(entry.Demand) is { } shortage)
        {
            return shortage;
        }

        var suitable = _devices.Where(d => d.Suits(entry.Demand)).ToList();
        if (suitable.Count == 0)
        {
            return $"Waits for a device{(entry.Demand.DeviceKind is { } kind ? $" of kind {kind}" : "")}: no silo has declared one.";
        }

        var there = suitable.Where(d => live.Contains(d.Key)).ToList();
        if (there.Count == 0)
        {
            return $"Waits for {string.Join(" or ", suitable.Select(d => d.Key))}, of whose silo nothing is heard.";
        }

        if (entry.Demand.Devices is { } count && there.Sets(entry.Demand).MaxBy(s => s.Count()) is { } most && most.Count() < count)
        {
            return $"Waits for {count} devices of one silo and kind: the most that suit are {most.Count()}, of {most.Key.Silo}.";
        }

        var rivals = before.Where(e => e.Held is null && there.Sets(e.Demand).Any(s => s.Count() >= (e.Demand.Devices ?? 1))).ToList();
        var first = rivals.Count == 0 ? "" : $" {After(entry, rivals[^1])}{(rivals.Count > 1 ? $" {rivals.Count - 1} more go before that." : "")}";
        return Busy(entry, there) + first;
    }

    private string Busy(QueueEntry entry, List<DeviceDescription> there)
    {
        if (entry.Demand.Devices is { } count)
        {
            var (silo, free) = there.Sets(entry.Demand).Where(s => s.Count() >= count)
                .Select(s => (s.Key.Silo, s.Count(d => record.Leases.All(l => l.Lease.Device != d.Key)))).MaxBy(s => s.Item2);
            return $"Waits for {count} devices of one silo and kind: {free} of {silo} {(free == 1 ? "is" : "are")} free.";
        }

        var leases = there.Select(d => record.Leases.FirstOrDefault(l => l.Lease.Device == d.Key)).ToList();
        return leases is [{ } lease, ..] && leases.All(l => l is not null)
            ? $"Waits for a device: {lease.Lease.Device} is busy with run {lease.Lease.Run}{(lease.Since is { } since ? $" since {Time(since)}" : "")}{(there.Count > 1 ? ", and no other is free" : "")}."
            : $"Waits for {there[leases.IndexOf(null)].Key}, which is free.";
    }

    private string After(QueueEntry entry, QueueEntry rival) => $"Run {rival.Run} goes first: " + (_order.Compare(rival.Place, entry.Place).Rule switch
    {
        _ when rival.Moved is { } moved => $"{moved.By} put it there.",
        QueueRule.Priority when rival.Demand.Priority > entry.Demand.Priority => $"its priority is {rival.Demand.Priority.ToString().ToLowerInvariant()}.",
        QueueRule.Priority => $"no other run of site {rival.Place.Site} with its priority had a device for a day or more, which lifts it.",
        QueueRule.LostDevice => "it had a device and lost it.",
        QueueRule.Share => $"site {rival.Place.Site} used less of late, {Hours(rival.Place.Site)} against {Hours(entry.Place.Site)} of device time.",
        _ => "it came earlier.",
    });

    private string Hours(string site) => string.Create(CultureInfo.InvariantCulture, $"{_order.Share(site) / 3600:0.00} h");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
