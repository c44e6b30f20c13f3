using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Grains.Scheduling;

/// <summary>A lease and the life of the silo it was given in.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="Silo">The silo that has the device.</param>
/// <param name="Incarnation">That silo's life when the lease was given.</param>
public sealed record GrantedLease(Lease Lease, string Silo, string Incarnation);
