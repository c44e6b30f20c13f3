using Hermes.Silo.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Hermes.Silo.Membership;

/// <summary>Where the living silos of the cluster answer over HTTP, as they declared it.</summary>
internal sealed class SiloAddresses(SiloSettings settings, IClusterMembershipService membership, IServiceProvider services)
{
    /// <summary>This silo's address first, then those of the others.</summary>
    public IReadOnlyList<string> All()
    {
        var own = settings.Reached;
        return services.GetService<ISiloMetadataCache>() is not { } known ? [own] :
        [
            own,
            .. from member in membership.CurrentSnapshot.Members.Values
               where member.Status == SiloStatus.Active && known.GetSiloMetadata(member.SiloAddress).Metadata.ContainsKey(SiloTraits.Address)
               let address = known.GetSiloMetadata(member.SiloAddress).Metadata[SiloTraits.Address]
               where address != own
               orderby address
               select address,
        ];
    }
}
