using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Scheduling;

/// <summary>The device time that runs of a site and a priority had with leases that ended.</summary>
/// <param name="Site">The site.</param>
/// <param name="Priority">The priority.</param>
/// <param name="Seconds">Device time in seconds, as it counted when the last of them ended.</param>
/// <param name="At">When that was.</param>
public sealed record SiteUse(string Site, RunPriority Priority, double Seconds, DateTimeOffset At);

/// <summary>
/// Fair shares: of what a site used half counts after a day, a quarter after two. Used is used from when a device is taken, not only when it is given
/// back, and each taking counts as at least a minute, so that of devices that become free together one site does not get all.
/// </summary>
internal static class FairShares
{
    private static readonly TimeSpan HalfLife = TimeSpan.FromDays(1);
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    // Of a year of a device, no second counts any more.
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(30);

    /// <summary>What every site used, the present leases included, as it counts now.</summary>
    public static IReadOnlyDictionary<string, double> Shares(this SchedulerRecord record, DateTimeOffset now) => record.Used
        .Select(u => (u.Site, Seconds: Counts(u, now)))
        .Concat(record.Leases.Select(l => (l.Demand.Site, Seconds: Counts(l, now))))
        .GroupBy(u => u.Site, StringComparer.Ordinal)
        .ToDictionary(site => site.Key, site => site.Sum(u => u.Seconds), StringComparer.Ordinal);

    /// <summary>Until when runs of a site and a priority had a device; those that have one now are served now.</summary>
    public static IReadOnlyDictionary<(string Site, RunPriority Priority), DateTimeOffset> Served(this SchedulerRecord record, DateTimeOffset now) => record.Used
        .Select(u => (Of: (u.Site, u.Priority), u.At))
        .Concat(record.Leases.Select(l => (Of: (l.Demand.Site, l.Demand.Priority), At: now)))
        .GroupBy(u => u.Of)
        .ToDictionary(group => group.Key, group => group.Max(u => u.At));

    /// <summary>The record with the device time of leases that end now put down to their sites.</summary>
    public static SchedulerRecord Charged(this SchedulerRecord record, IEnumerable<GrantedLease> ended, DateTimeOffset now)
    {
        var seconds = ended.ToLookup(l => (l.Demand.Site, l.Demand.Priority), l => Counts(l, now));
        var before = record.Used.ToLookup(u => seconds.Contains((u.Site, u.Priority)));
        return record with
        {
            Used =
            [
                .. before[false].Where(u => now - u.At < Forgotten),
                .. seconds.Select(of => new SiteUse(
                    of.Key.Site, of.Key.Priority, of.Sum() + before[true].Where(u => (u.Site, u.Priority) == of.Key).Sum(u => Counts(u, now)), now)),
            ],
        };
    }

    private static double Counts(SiteUse use, DateTimeOffset now) => use.Seconds * Left(now - use.At);

    // What is used second by second decays second by second, too.
    private static double Counts(GrantedLease lease, DateTimeOffset now) => Math.Max(
        Least.TotalSeconds, HalfLife.TotalSeconds / Math.Log(2) * (1 - Left(now - (lease.Since ?? now))));

    // A clock may be put back.
    private static double Left(TimeSpan age) => Math.Pow(2, -Math.Max(0, age / HalfLife));
}
