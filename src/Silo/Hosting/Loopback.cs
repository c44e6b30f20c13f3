using System.Net;
using System.Net.Sockets;
using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Hosting;

/// <summary>Ports of this machine.</summary>
internal static class Loopback
{
    /// <summary>Refuses an address that somebody listens on, before anything else is started.</summary>
    public static void RequireFree(IPEndPoint address)
    {
        try
        {
            using var probe = new TcpListener(address) { ExclusiveAddressUse = true };
            probe.Start();
        }
        catch (SocketException taken)
        {
            throw new HermesException(
                $"The address {address} cannot be used: {taken.Message}.",
                hint: "Another program listens there, perhaps another platform: stop it, or choose another port with --address.");
        }
    }

    /// <summary>Ports that nobody uses now.</summary>
    public static int[] FreePorts(int count)
    {
        var probes = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        probes.ForEach(p => p.Start());
        var ports = probes.Select(p => ((IPEndPoint)p.LocalEndpoint).Port).ToArray();
        probes.ForEach(p => p.Dispose());
        return ports;
    }
}
