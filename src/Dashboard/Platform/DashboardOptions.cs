using System.Net;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting.Visitors;

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

    /// <summary>The loopback port the pages are served on, unless visitors come elsewhere; 0 takes a free one.</summary>
    public int Port { get; init; } = PlatformDescription.DefaultDashboardPort;

    /// <summary>To whom the pages are served, and where.</summary>
    public VisitorOptions Visitors { get; init; } = new();

    /// <summary>Where the pages are served.</summary>
    public IPEndPoint Place => Visitors.Listen ?? new IPEndPoint(IPAddress.Loopback, Port);
}
