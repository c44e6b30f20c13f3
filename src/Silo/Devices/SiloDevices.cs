using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Hosting;
using Hermes.Silo.Configuration;

namespace Hermes.Silo.Devices;

/// <summary>The devices of a silo, which are looked at once, before it starts: scheduler and members of the cluster are told the same of them.</summary>
/// <param name="All">In the order in which the silo was told of them.</param>
internal sealed record SiloDevices(IReadOnlyList<DeviceDescription> All)
{
    /// <summary>Looks at what the silo is to use.</summary>
    public static SiloDevices Find(SiloSettings settings) => new(
    [
        .. settings.Devices.Select(device => new DeviceDescription(settings.DeviceKey(device), settings.Name, SiloSettings.KindOf(device), settings.Threads)
        {
            // Devices that are the same processor have its memory in common.
            Memory = DeviceMemory.Find(SiloSettings.LibraryDevice(device)) / settings.Devices.Count(d => SiloSettings.LibraryDevice(d) == SiloSettings.LibraryDevice(device)),
            Site = settings.Site,
        }),
    ]);
}
