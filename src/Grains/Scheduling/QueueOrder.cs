using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Grains.Scheduling;

/// <summary>Why one run goes before another; the first that tells them apart decides.</summary>
internal enum QueueRule
{
    /// <summary>A person put it before all others.</summary>
    Person,

    /// <summary>Its priority is higher, or counts as higher because runs like it had no device for long.</summary>
    Priority,

    /// <summary>It had a device and lost it.</summary>
    LostDevice,

    /// <summary>Its site used less device time of late.</summary>
    Share,

    /// <summary>It came earlier.</summary>
    Arrival,
}

/// <summary>
/// The order in which runs go at a moment. It follows from what is stored and the clock alone, so that all who look see the same. None waits for ever: every
/// day in which no run of a site and a priority had a device lifts those that wait by one priority; among high ones the site's turn comes, because what
/// the others use grows; and of a site and a priority the earliest goes first.
/// </summary>
/// <remarks>
/// Waiting alone lifts nothing: a site that asks for more than its share would lift all it asks for. So a run that only few devices suit is not lifted while
/// others of its site and priority are served; a person can move it.
/// </remarks>
internal sealed class QueueOrder(SchedulerRecord record, DateTimeOffset now)
{
    private static readonly TimeSpan Lift = TimeSpan.FromDays(1);

    private readonly IReadOnlyDictionary<string, double> _shares = record.Shares(now);
    private readonly IReadOnlyDictionary<(string, RunPriority), DateTimeOffset> _served = record.Served(now);

    /// <summary>The runs, first in line first.</summary>
    public IReadOnlyList<QueueEntry> Of(IEnumerable<QueueEntry> entries) =>
        [.. entries.Order(Comparer<QueueEntry>.Create((a, b) => Compare(a.Place, b.Place).Sign))];

    /// <summary>Which of two places goes first, below 0 the one, above 0 the other, and by which rule.</summary>
    public (QueueRule Rule, int Sign) Compare(QueuePlace one, QueuePlace other)
    {
        (QueueRule Rule, int Sign)[] rules =
        [
            (QueueRule.Person, other.IsFirst.CompareTo(one.IsFirst)),
            // Of those that a person put first the numbers decide, whatever they are else.
            (QueueRule.Priority, one.IsFirst ? 0 : Counts(other).CompareTo(Counts(one))),
            (QueueRule.LostDevice, one.IsFirst ? 0 : other.LostDevice.CompareTo(one.LostDevice)),
            (QueueRule.Share, one.IsFirst ? 0 : Share(one.Site).CompareTo(Share(other.Site))),
            (QueueRule.Arrival, one.Arrival.CompareTo(other.Arrival)),
        ];
        return rules.FirstOrDefault(r => r.Sign != 0, rules[^1]);
    }

    /// <summary>What a site used of late, in seconds.</summary>
    public double Share(string site) => _shares.GetValueOrDefault(site);

    private RunPriority Counts(QueuePlace place)
    {
        var served = _served.GetValueOrDefault((place.Site, place.Priority));
        var without = now - (served > place.Since ? served : place.Since);
        return (RunPriority)Math.Min((long)RunPriority.High, (long)place.Priority + Math.Max(0, without.Ticks / Lift.Ticks));
    }
}
