using System.Net;

namespace Hermes.Hosting.Visitors;

/// <summary>Where the dashboard's pages are served, and to whom.</summary>
public sealed record VisitorOptions
{
    /// <summary>The address of this machine the pages are served on; null for a loopback port.</summary>
    public IPEndPoint? Listen { get; init; }

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
