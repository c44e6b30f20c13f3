using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>A lease that is no longer good, and why.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Reason">A sentence for people.</param>
public sealed record VoidLease(Lease Lease, string Reason);
