using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>What can happen to the queue; each of them twice is the same as once.</summary>
internal static class QueueChanges
{
    /// <summary>The record of an older platform with its queue as this one keeps it. Its runs say again what they ask for.</summary>
    public static SchedulerRecord Renewed(this SchedulerRecord record, DateTimeOffset now) => record.Queue is { } names
        ? names.Aggregate(record with { Queue = null }, (renewed, run) => renewed.With(run, new RunDemand(), lostDevice: false, now))
        : record;

    /// <summary>With a run in the queue that has no device; one that is there already asks for this from now on.</summary>
    public static SchedulerRecord Enqueued(this SchedulerRecord record, string run, bool lostDevice, RunDemand? demand, DateTimeOffset now)
    {
        if (record.Waiting.FirstOrDefault(e => e.Run == run) is not { } known)
        {
            return record.Leases.Any(l => l.Lease.Run == run) ? record : record.With(run, demand ?? new RunDemand(), lostDevice, now);
        }

        return demand is null || demand == known.Demand ? record : record.With(known with
        {
            Demand = demand,
            Place = known.Moved is null ? known.Place with { Priority = demand.Priority, Site = demand.Site } : known.Place,
        });
    }

    /// <summary>Without a run.</summary>
    public static SchedulerRecord Dequeued(this SchedulerRecord record, string run) =>
        record.Waiting.Any(e => e.Run == run) ? record with { Waiting = [.. record.Waiting.Where(e => e.Run != run)] } : record;

    /// <summary>With a run before another, or before all.</summary>
    /// <exception cref="HermesException">The one or the other is not queued.</exception>
    public static SchedulerRecord Moved(this SchedulerRecord record, string run, string? before, PersonsWord word)
    {
        if (run == before)
        {
            throw new HermesException($"Run '{run}' cannot go before itself.").With(Remedy.ShowQueue);
        }

        if (record.Leases.Any(l => l.Lease.Run == run))
        {
            return record;
        }

        var moved = record.Require(run) with { Moved = word };
        if (before is null)
        {
            var first = record.Waiting.Where(e => e.Run != run).Select(e => e.Place.Arrival).Append(0).Min() - 1;
            return record.With(moved with { Place = moved.Place with { IsFirst = true, Arrival = first } });
        }

        // The other one's place, just before it: all that came after make room.
        var place = record.Require(before).Place;
        return (record with
        {
            Arrivals = record.Arrivals + 1,
            Waiting = [.. record.Waiting.Select(e => e.Place.Arrival >= place.Arrival ? e with { Place = e.Place with { Arrival = e.Place.Arrival + 1 } } : e)],
        }).With(moved with { Place = place });
    }

    /// <summary>With a run held back.</summary>
    /// <exception cref="HermesException">It is not queued, or has a device already.</exception>
    public static SchedulerRecord Held(this SchedulerRecord record, string run, PersonsWord word) => record.Leases.FirstOrDefault(l => l.Lease.Run == run) is { } lease
        ? throw new HermesException($"Run '{run}' is on {lease.Lease.Device} already; only what waits can be held.").With(Remedy.ShowRun, run)
        : record.Require(run) is { Held: null } entry ? record.With(entry with { Held = word }) : record;

    /// <summary>With a run no longer held back. The time it was held does not count as waited.</summary>
    /// <exception cref="HermesException">It is neither queued nor has it a device.</exception>
    public static SchedulerRecord HoldEnded(this SchedulerRecord record, string run, DateTimeOffset now) =>
        record.Leases.All(l => l.Lease.Run != run) && record.Require(run) is { Held: not null } entry
            ? record.With(entry with { Held = null, Place = entry.Moved is null ? entry.Place with { Since = now } : entry.Place })
            : record;

    /// <summary>With the devices given to the run.</summary>
    public static SchedulerRecord Granted(this SchedulerRecord record, Assignment next, DateTimeOffset now) => record.Dequeued(next.Entry.Run) with
    {
        Token = record.Token + next.Devices.Count,
        Leases =
        [
            .. record.Leases,
            .. next.Devices.Select((device, place) => new GrantedLease(
                new Lease(device.Key, next.Entry.Run, record.Token + 1 + place) { Beside = place == 0 ? 0 : record.Token + 1 }, next.Silo.Silo, next.Silo.Incarnation)
            {
                Demand = next.Entry.Demand,
                Since = now,
            }),
        ],
    };

    /// <summary>Leases, and with those of first devices those of the others of their runs.</summary>
    public static IReadOnlyCollection<GrantedLease> WithBeside(this SchedulerRecord record, IEnumerable<GrantedLease> leases)
    {
        var tokens = leases.Select(l => l.Lease.Token).ToHashSet();
        return [.. record.Leases.Where(l => tokens.Contains(l.Lease.Token) || tokens.Contains(l.Lease.Beside))];
    }

    /// <summary>Without leases that were given back.</summary>
    public static SchedulerRecord Released(this SchedulerRecord record, IReadOnlyCollection<GrantedLease> ended, DateTimeOffset now) =>
        record.Charged(ended, now) with { Leases = [.. record.Leases.Except(ended)] };

    /// <summary>Without leases that are no longer good; their runs wait again, before the others of their priority. A run that lost a device beside its first goes on.</summary>
    public static SchedulerRecord Voided(this SchedulerRecord record, IReadOnlyCollection<GrantedLease> lost, string reason, DateTimeOffset now)
    {
        var first = lost.Where(l => l.Lease.IsFirst).ToList();
        return first.Aggregate(
            record.Released(lost, now) with { Voided = [.. record.Voided, .. first.Select(l => new VoidLease(l.Lease, reason))] },
            (left, lease) => left.Enqueued(lease.Lease.Run, lostDevice: true, lease.Demand, now));
    }

    private static SchedulerRecord With(this SchedulerRecord record, string run, RunDemand demand, bool lostDevice, DateTimeOffset now) => record with
    {
        Arrivals = record.Arrivals + 1,
        Waiting =
        [
            .. record.Waiting,
            new QueueEntry { Run = run, Demand = demand, Queued = now, Place = new QueuePlace(demand.Priority, demand.Site, now, record.Arrivals + 1, lostDevice) },
        ],
    };

    private static SchedulerRecord With(this SchedulerRecord record, QueueEntry changed) =>
        record with { Waiting = [.. record.Waiting.Select(e => e.Run == changed.Run ? changed : e)] };

    private static QueueEntry Require(this SchedulerRecord record, string run) => record.Waiting.FirstOrDefault(e => e.Run == run)
        ?? throw new HermesException($"Run '{run}' is not in the queue.").With(Remedy.ShowQueue);
}
