using System.Text.Json.Serialization;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>What a scheduler stores.</summary>
public sealed record SchedulerRecord
{
    /// <summary>The name it is stored under.</summary>
    public const string StateName = "scheduler";

    /// <summary>The last fencing token given.</summary>
    public long Token { get; init; }

    /// <summary>What an older platform stored instead of <see cref="Waiting"/>: names, first in line first.</summary>
    public IReadOnlyList<string>? Queue { get; init; }

    /// <summary>Runs that wait; <see cref="QueueOrder"/> says which goes first.</summary>
    public IReadOnlyList<QueueEntry> Waiting { get; init; } = [];

    /// <summary>The last number given to a run that came.</summary>
    public long Arrivals { get; init; }

    /// <summary>What sites used with leases that were given back.</summary>
    public IReadOnlyList<SiteUse> Used { get; init; } = [];

    /// <summary>Leases that are not given back.</summary>
    public IReadOnlyList<GrantedLease> Leases { get; init; } = [];

    /// <summary>Leases that became void and whose runs are to be told.</summary>
    public IReadOnlyList<VoidLease> Voided { get; init; } = [];

    /// <summary>Silos and what they declared last.</summary>
    public IReadOnlyList<DeclaredSilo> Silos { get; init; } = [];

    /// <summary>The same queue on other machines: no silo is known there, and whatever was on a device is told that it is not and waits again.</summary>
    /// <param name="at">Until when the devices were used.</param>
    public SchedulerRecord Elsewhere(DateTimeOffset at) => this.Renewed(at).Voided([.. Leases], "The platform was restored from a backup.", at) with { Silos = [] };
}

/// <summary>A silo and its devices.</summary>
/// <param name="Silo">The silo's name.</param>
/// <param name="Incarnation">Its present life.</param>
/// <param name="Devices">What it declared last.</param>
public sealed record DeclaredSilo(string Silo, string Incarnation, IReadOnlyList<DeviceDescription> Devices)
{
    /// <summary>Whether it took its devices back, because it ends: they get nothing, and count among those that may come back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasLeft { get; init; }

    /// <summary>When it was heard of, to a day or so; null of one that an older platform wrote down.</summary>
    public DateTimeOffset? Heard { get; init; }
}

/// <summary>A lease and the life of the silo it was given in.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Silo">The silo that has the device.</param>
/// <param name="Incarnation">That silo's life when the lease was given.</param>
public sealed record GrantedLease(Lease Lease, string Silo, string Incarnation)
{
    /// <summary>What the run asked for.</summary>
    public RunDemand Demand { get; init; } = new();

    /// <summary>When it was given; null of one that an older platform gave.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A lease that is no longer good, and why.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record VoidLease(Lease Lease, string Reason);
