using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace Hermes.Silo.Security;

/// <summary>
/// TLS of a silo. Who connects to its ports of Orleans shows a certificate of the authority, at the silo port one of a silo. Over HTTP the silo alone shows its
/// own: there every request is signed with the access token.
/// </summary>
internal static class SiloTls
{
    /// <summary>Whom its certificate says it is; null where it was told none.</summary>
    /// <exception cref="HermesException">The certificate cannot be used for this silo.</exception>
    public static TlsIdentity? Of(SiloSettings settings, TimeProvider clock)
    {
        if (settings.Tls is not { } files)
        {
            return null;
        }

        var identity = TlsIdentity.Read(files, clock.GetUtcNow());
        identity.RequireSilo(settings.Host, settings.Advertised.ToString());
        return identity;
    }

    /// <summary>Has every connection of Orleans begin with it; nothing where there is none.</summary>
    public static void UseTls(this ISiloBuilder silo, TlsIdentity? identity)
    {
        if (identity is not null)
        {
            silo.Configure<SiloConnectionOptions>(connections =>
            {
                connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(Mutual(identity, fromSilo: true)));
                connections.ConfigureGatewayInboundConnection(connection => connection.UseServerTls(Mutual(identity, fromSilo: false)));
                connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(Mutual(identity, fromSilo: true)));
            });
        }
    }

    /// <summary>Speaks HTTPS; HTTP where there is none.</summary>
    public static void UseTls(this ListenOptions listen, TlsIdentity? identity)
    {
        if (identity is not null)
        {
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = identity.Certificate,
                ServerCertificateChain = identity.Chain,
                ClientCertificateMode = ClientCertificateMode.NoCertificate,
            });
        }
    }

    private static TlsOptions Mutual(TlsIdentity identity, bool fromSilo) => new()
    {
        LocalCertificate = identity.Certificate,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        OnAuthenticateAsServer = (_, options) => identity.Admit((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions, fromSilo),
        OnAuthenticateAsClient = (connection, options) => identity.Enter((SslClientAuthenticationOptions)options.SslClientAuthenticationOptions, AddressOf(connection)),
    };

    private static string AddressOf(ConnectionContext connection) => connection.RemoteEndPoint is IPEndPoint { Address: var address }
        ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
        : throw new AuthenticationException("Whom the silo connects to has no IP address.");
}
