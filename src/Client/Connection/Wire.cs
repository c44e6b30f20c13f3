using System.Net.Security;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Orleans.Connections.Security;

namespace Hermes.Client.Connection;

/// <summary>How a client talks to a platform: over TLS where it was told certificates, else in clear text and then within this machine only.</summary>
internal sealed class Wire(TlsIdentity? identity)
{
    /// <summary>Where to ask over HTTP.</summary>
    /// <exception cref="HermesException">It would be asked in clear text over a network.</exception>
    public Uri Of(PlatformAddress address) => Safe(address).ToUri(identity is not null);

    /// <summary>Sends requests, and none in clear text that may not be, whoever told the address.</summary>
    public HttpMessageHandler Handler()
    {
        var sockets = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false, AllowAutoRedirect = false };
        identity?.Enter(sockets.SslOptions);
        return new Guard(this, sockets);
    }

    /// <summary>Has the connections to a gateway begin with it.</summary>
    /// <exception cref="HermesException">They would be in clear text over a network.</exception>
    public void Secure(IClientBuilder client, PlatformAddress gateway)
    {
        Safe(gateway);
        if (identity is not null)
        {
            client.UseTls(options =>
            {
                options.LocalCertificate = identity.Certificate;
                options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
                options.OnAuthenticateAsClient = (_, connection) =>
                    identity.Enter((SslClientAuthenticationOptions)connection.SslClientAuthenticationOptions, gateway.Host.Trim('[', ']'));
            });
        }
    }

    private PlatformAddress Safe(PlatformAddress address) => identity is not null || address.IsLoopback ? address : throw ClearText(address.ToString());

    private static HermesException ClearText(string address) =>
        new($"The platform at {address} is on another machine, and without certificates it would be spoken to in clear text.") { Remedy = Remedy.NameCertificates };

    private sealed class Guard(Wire wire, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            wire.Require(request.RequestUri!);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private void Require(Uri uri)
    {
        if (uri.Scheme != Uri.UriSchemeHttps && (identity is not null || !uri.IsLoopback))
        {
            throw ClearText(uri.Authority);
        }
    }
}
