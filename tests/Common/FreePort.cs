using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Hermes.Tests;

/// <summary>
/// Ports of this machine for programs that listen a moment later: below those that the system gives to outgoing connections,
/// so that none of these takes the port in between.
/// </summary>
internal static class FreePort
{
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }
    }

    /// <summary>A port with the loopback address before it.</summary>
    public static string NextAddress() => $"127.0.0.1:{Next().ToString(CultureInfo.InvariantCulture)}";
}
