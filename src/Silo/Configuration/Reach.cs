using System.Net;
using System.Net.Sockets;
using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Configuration;

/// <summary>Who can reach a silo, and what it must have before other machines can.</summary>
internal static class Reach
{
    /// <summary>Refuses what would let other machines talk to a silo in clear text, or to one that they cannot find.</summary>
    /// <exception cref="HermesException">The settings would.</exception>
    public static void Require(SiloSettings settings)
    {
        if (IPAddress.IsLoopback(settings.Address.Address))
        {
            return;
        }

        if (settings.Tls is null)
        {
            throw new HermesException(
                $"A silo at {settings.Address} can be reached from other machines, and would talk to them in clear text.",
                hint: $"Name its certificate with {SettingKeys.TlsCertificateFile.Option.Name} and the authority with {SettingKeys.TlsAuthorityFile.Option.Name}; 'hermes cluster certificate' makes both. Or choose a loopback address.");
        }

        if (settings.Cluster is null)
        {
            throw new HermesException(
                $"Only a silo of a cluster can be reached from other machines, as at {settings.Address}; a platform of its own is for this machine.",
                hint: $"Name the database of a cluster with {SettingKeys.DatabaseFile.Option.Name}, be it a cluster of one, or choose a loopback address.");
        }
    }

    /// <summary>The address of this machine that other silos connect to.</summary>
    /// <param name="listens">Where the silo listens.</param>
    /// <param name="host">How others call the machine, if it was told.</param>
    /// <exception cref="HermesException">No such address is known.</exception>
    public static IPAddress Advertised(IPEndPoint listens, string? host)
    {
        if (!listens.Address.Equals(IPAddress.Any) && !listens.Address.Equals(IPAddress.IPv6Any))
        {
            return listens.Address;
        }

        if (host is null)
        {
            throw new HermesException(
                $"A silo that listens at all addresses of its machine, as at {listens}, must be told by which one others reach it.",
                hint: $"Name its host name or IP address with {SettingKeys.Host.Option.Name}.");
        }

        var family = listens.AddressFamily == AddressFamily.InterNetworkV6 ? AddressFamily.Unspecified : AddressFamily.InterNetwork;
        try
        {
            return Dns.GetHostAddresses(host, family).FirstOrDefault(a => !IPAddress.IsLoopback(a)) ?? throw Unknown(host, "here it names the loopback only");
        }
        catch (SocketException unknown)
        {
            throw Unknown(host, unknown.Message);
        }
    }

    private static HermesException Unknown(string host, string why) => new(
        $"By which address other machines reach {host} cannot be found out: {why}.", hint: $"Name the IP address with {SettingKeys.Host.Option.Name}, or listen at that address.");
}
