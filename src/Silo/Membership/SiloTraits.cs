using Hermes.Silo.Configuration;

namespace Hermes.Silo.Membership;

/// <summary>What a silo declares of itself as silo metadata.</summary>
internal static class SiloTraits
{
    /// <summary>Where the silo is found over HTTP.</summary>
    public const string Address = "hermes.address";

    /// <summary>The site whose blobs it keeps.</summary>
    public const string Site = "hermes.site";

    /// <summary>Its devices, with commas between.</summary>
    public const string Devices = "hermes.devices";

    /// <summary>What it declares.</summary>
    public static Dictionary<string, string> Of(SiloSettings settings) => new(StringComparer.Ordinal)
    {
        [Address] = settings.Reached,
        [Site] = settings.Site,
        [Devices] = string.Join(',', settings.Devices),
    };
}
