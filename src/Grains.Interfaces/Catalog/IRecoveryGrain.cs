using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>Finds unfinished work and wakes its owners: when a silo starts, when one is gone, and every few minutes. Key: 0.</summary>
[Alias("hermes.IRecoveryGrain"), Needs(Role.Silo)]
public interface IRecoveryGrain : IGrainWithIntegerKey
{
    /// <summary>Wakes every owner whose catalog row says that work is under way; returns at once.</summary>
    [Alias("WakeAsync")]
    Task WakeAsync(CancellationToken cancellationToken = default);
}
