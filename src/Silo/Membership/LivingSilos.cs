using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Hermes.Silo.Membership;

/// <summary>The living silos of the cluster, as they declared themselves.</summary>
internal sealed class LivingSilos(SiloSettings settings, SiloDevices devices, IClusterMembershipService membership, IServiceProvider services)
{
    private readonly SiloDescription _own = SiloTraits.Read(settings.Name, SiloTraits.Of(settings, devices))!;

    /// <summary>This silo first, then the others in the order of their addresses.</summary>
    public IReadOnlyList<SiloDescription> All() => services.GetService<ISiloMetadataCache>() is not { } known ? [_own] :
    [
        _own,
        .. from member in membership.CurrentSnapshot.Members.Values
           where member.Status == SiloStatus.Active
           let silo = SiloTraits.Read(member.Name, known.GetSiloMetadata(member.SiloAddress).Metadata)
           where silo is not null && silo.Address != _own.Address
           orderby silo.Address
           select silo,
    ];
}
