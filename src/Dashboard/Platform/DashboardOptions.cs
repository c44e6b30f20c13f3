using System.Net;
using Hermes.Dashboard.Visitors;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Platform;

/// <summary>What the command line says.</summary>
internal sealed record DashboardOptions
{
    /// <summary>Where the platform is looked for.</summary>
    public string Address { get; init; } = PlatformDescription.DefaultAddress;

    /// <summary>The file with the platform's access token; null lets no browser in.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The certificates by which it and the silos know each other; null for clear text within this machine.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>The address of this machine the pages are served on.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>The port the pages are served on; 0 takes a free one.</summary>
    public int Port { get; init; } = PlatformDescription.DefaultDashboardPort;

    /// <summary>The names by which browsers reach the pages, beside those of the loopback.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The file with the certificate of the pages, its chain and its private key; null for pages without TLS.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Web servers before the pages that are believed; null when there are none.</summary>
    public TrustedProxies? Proxies { get; init; }

    /// <summary>Where people sign in; null when they do not.</summary>
    public OpenIdOptions? OpenId { get; init; }

    /// <summary>Which groups have which role, for those who are not let in by a link.</summary>
    public GroupRoles Groups { get; init; } = GroupRoles.None;
}
