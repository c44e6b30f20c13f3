using System.Globalization;
using System.Net;
using Hermes.Grains.Interfaces;

namespace Hermes.Client.Connection;

/// <summary>Where a platform is looked for: a host and a port, as users write it.</summary>
/// <param name="Host">Host name or IP address.</param>
/// <param name="Port">TCP port of the platform's HTTP endpoint.</param>
public sealed record PlatformAddress(string Host, int Port)
{
    private static readonly string[] Schemes = ["http://", "https://"];

    /// <summary>Whether it is one of this machine that no other can reach.</summary>
    public bool IsLoopback => ToUri(isEncrypted: false).IsLoopback;

    /// <summary>The HTTP address of the platform.</summary>
    /// <param name="isEncrypted">Whether it is spoken to over TLS.</param>
    public Uri ToUri(bool isEncrypted) => new UriBuilder(isEncrypted ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, Host, Port).Uri;

    /// <summary>Reads <c>HOST:PORT</c>, with or without <c>http://</c> or <c>https://</c>: whether it is spoken to over TLS, the client's certificates say.</summary>
    /// <exception cref="HermesException">It is not an address.</exception>
    public static PlatformAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bare = Schemes.FirstOrDefault(scheme => text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) is { } given ? text[given.Length..].TrimEnd('/') : text;
        var colon = bare.LastIndexOf(':');
        var host = colon > 0 ? bare[..colon] : "";
        var isPort = int.TryParse(bare.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort;
        return isPort && Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown
            ? new PlatformAddress(host, port)
            : throw new HermesException($"'{text}' is not the address of a platform.", hint: "Write HOST:PORT, for example 127.0.0.1:5081.");
    }

    /// <summary>Reads one address, or several silos of one cluster with commas between.</summary>
    /// <exception cref="HermesException">One is not an address.</exception>
    public static IReadOnlyList<PlatformAddress> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse)];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
