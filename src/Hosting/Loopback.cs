using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Hermes.Hosting;

/// <summary>Ports of this machine.</summary>
public static class Loopback
{
    /// <summary>Why nobody can listen there now; null when one can.</summary>
    public static string? WhyTaken(IPEndPoint address)
    {
        try
        {
            using var probe = new TcpListener(address) { ExclusiveAddressUse = true };
            probe.Start();
            return null;
        }
        catch (SocketException taken)
        {
            return taken.Message;
        }
    }

    /// <summary>Whether nobody listens on a loopback port now.</summary>
    public static bool IsFree(int port) => WhyTaken(new IPEndPoint(IPAddress.Loopback, port)) is null;

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
            if (IsFree(port))
            {
                free.Add(port);
            }
        }

        return [.. free];
    }

    /// <summary>A free port behind the loopback address: <c>127.0.0.1:PORT</c>.</summary>
    public static string FreeAddress() => new IPEndPoint(IPAddress.Loopback, FreePorts(1)[0]).ToString();
}
