using System.Net;
using System.Net.Sockets;

namespace Hermes.Cli.Platform;

/// <summary>Loopback ports of this machine.</summary>
internal static class LocalPort
{
    /// <summary>Whether nobody listens there now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
