using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
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

    /// <summary>
    /// Ports that nobody uses now, below those that the system gives to outgoing connections: none of these takes one before it
    /// is listened on.
    /// </summary>
    public static int[] FreePorts(int count)
    {
        var free = new HashSet<int>();
        while (free.Count < count)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            if (IsFree(new IPEndPoint(IPAddress.Loopback, port)))
            {
                free.Add(port);
            }
        }

        return [.. free];
    }

    private static bool IsFree(IPEndPoint address)
    {
        try
        {
            using var probe = new TcpListener(address) { ExclusiveAddressUse = true };
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
