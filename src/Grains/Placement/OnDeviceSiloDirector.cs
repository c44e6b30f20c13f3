using Hermes.Grains.Interfaces;
using Orleans.Runtime.Placement;

namespace Hermes.Grains.Placement;

/// <summary>Finds the silo that a device's key names among the silos that are alive.</summary>
public sealed class OnDeviceSiloDirector(IClusterMembershipService membership) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        var name = key.Split('/')[0];
        var members = membership.CurrentSnapshot.Members;
        foreach (var silo in context.GetCompatibleSilos(target))
        {
            if (members.TryGetValue(silo, out var member) && member.Name == name)
            {
                return Task.FromResult(silo);
            }
        }

        throw new HermesException($"The silo '{name}' that has the device '{key}' is not running.");
    }
}
