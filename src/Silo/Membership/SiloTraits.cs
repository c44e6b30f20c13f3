using System.Globalization;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;

namespace Hermes.Silo.Membership;

/// <summary>What a silo declares of itself as silo metadata, which comes to the others with its membership.</summary>
internal static class SiloTraits
{
    // Where it is found over HTTP.
    private const string Address = "hermes.address";

    // The site whose blobs it keeps.
    private const string Site = "hermes.site";

    // What it does, with commas between.
    private const string Roles = "hermes.roles";

    // Its devices, and the bytes that each has, with commas between; nothing for what nobody knows.
    private const string Devices = "hermes.devices";
    private const string Memory = "hermes.memory";

    /// <summary>What a silo declares.</summary>
    public static Dictionary<string, string> Of(SiloSettings settings, SiloDevices devices) => new(StringComparer.Ordinal)
    {
        [Address] = settings.Reached,
        [Site] = settings.Site,
        [Roles] = string.Join(',', devices.All.Count > 0 ? [SiloRoles.Keep, SiloRoles.Compute] : [SiloRoles.Keep]),
        [Devices] = string.Join(',', settings.Devices),
        [Memory] = string.Join(',', devices.All.Select(d => d.Memory?.ToString(CultureInfo.InvariantCulture))),
    };

    /// <summary>The silo that declared this, as far as it did: an older version says less. Null when it is none of ours.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="declared">What it declared.</param>
    public static SiloDescription? Read(string name, IReadOnlyDictionary<string, string> declared) => declared.TryGetValue(Address, out var address)
        ? new SiloDescription(
            name, address, declared.GetValueOrDefault(Site, ""), Words(declared, Roles), [.. Words(declared, Devices).Select((device, place) => Device(declared, device, place))])
        : null;

    private static SiloDevice Device(IReadOnlyDictionary<string, string> declared, string device, int place) =>
        new(device, long.TryParse(Words(declared, Memory).ElementAtOrDefault(place), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null);

    private static string[] Words(IReadOnlyDictionary<string, string> declared, string trait) =>
        declared.GetValueOrDefault(trait) is { Length: > 0 } text ? text.Split(',') : [];
}
