using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hermes.Grains.Interfaces.Platform;
using MassTransit;
using RabbitMQ.Client;

namespace Hermes.Silo.Events;

/// <summary>TLS to a broker whose address demands it: it must have the name in the address, by an authority that the machine trusts or by that of the silos.</summary>
internal static class BrokerTls
{
    /// <summary>For what carries events.</summary>
    public static void UseTls(this IRabbitMqHostConfigurator host, Uri broker, TlsIdentity? identity)
    {
        if (IsDemanded(broker))
        {
            host.UseSsl(ssl =>
            {
                (ssl.ServerName, ssl.Protocol) = (broker.Host, SslProtocols.None);
                ssl.CertificateValidationCallback = Verdict(identity);
            });
        }
    }

    /// <summary>For a connection of its own.</summary>
    public static void UseTls(this ConnectionFactory factory, Uri broker, TlsIdentity? identity)
    {
        if (IsDemanded(broker))
        {
            factory.Ssl = new SslOption(broker.Host, enabled: true) { CertificateValidationCallback = Verdict(identity) };
        }
    }

    private static bool IsDemanded(Uri broker) => broker.Scheme == "amqps";

    private static RemoteCertificateValidationCallback Verdict(TlsIdentity? identity) => (_, shown, chain, errors) =>
        errors == SslPolicyErrors.None
        || (errors == SslPolicyErrors.RemoteCertificateChainErrors
            && shown is X509Certificate2 certificate && identity?.Issued(certificate, chain!.ChainPolicy.ExtraStore) == true);
}
