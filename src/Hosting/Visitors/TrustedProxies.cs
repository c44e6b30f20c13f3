using System.Net;

namespace Hermes.Hosting.Visitors;

/// <summary>Web servers before the pages that are believed: by which scheme and name they were asked and, when headers are named, by whom.</summary>
/// <param name="Networks">Their addresses.</param>
/// <param name="UserHeader">The header with the name of who asks; null when they do not say it.</param>
/// <param name="GroupsHeader">The header with the groups of who asks, commas between.</param>
public sealed record TrustedProxies(IReadOnlyList<IPNetwork> Networks, string? UserHeader, string? GroupsHeader)
{
    /// <summary>Reads an address, or a network such as <c>10.1.0.0/16</c>; null when it is neither, or everybody.</summary>
    public static IPNetwork? Parse(string text) =>
        IPAddress.TryParse(text, out var address) ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
        : IPNetwork.TryParse(text, out var network) && network.PrefixLength > 0 ? network
        : null;

    /// <summary>Whether a connection from an address is from one of them.</summary>
    public bool Trust(IPAddress? peer) =>
        peer is not null && (peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer) is var address && Networks.Any(n => n.Contains(address));
}
