using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Cli.Platform;

/// <summary>Where a platform is entered, and with what.</summary>
/// <param name="Address">Where it answers.</param>
/// <param name="TokenFile">A copy of its access token; null for its own file.</param>
/// <param name="Tls">The certificates; null for clear text within this machine.</param>
internal sealed record PlatformEntry(string Address, string? TokenFile = null, TlsFiles? Tls = null)
{
    /// <exception cref="HermesException">No platform answers there, or not to this user.</exception>
    public Task<HermesClient> ConnectAsync(CancellationToken cancellationToken) => HermesClient.ConnectAsync(Address, null, TokenFile, Tls, cancellationToken);
}
