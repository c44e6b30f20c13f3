
namespace Hermes.Grains.Scheduling;

/// <summary>What a scheduler stores.</summary>
public sealed record SchedulerRecord
{
    /// <summary>The last fencing token given.</summary>
    public long Token { get; init; }

    /// <summary>Runs that wait, first in line first.</summary>
    public IReadOnlyList<string> Queue { get; init; } = [];

    /// <summary>Leases that are not given back.</summary>
    public IReadOnlyList<GrantedLease> Leases { get; init; } = [];

    /// <summary>Leases that became void and whose runs are to be told.</summary>
    public IReadOnlyList<VoidLease> Voided { get; init; } = [];

    /// <summary>Silos and what they declared last.</summary>
    public IReadOnlyList<DeclaredSilo> Silos { get; init; } = [];
}
