using System.Globalization;
using System.Net.Sockets;

namespace Hermes.Client.Connection;

/// <summary>
/// Says to the clients on this machine that somebody keeps the platform at an address alive: when it does not answer it is being
/// started again, and waiting for it makes sense. The notice ends with the process that gave it, however that ends.
/// </summary>
/// <remarks>A name in Linux' abstract socket namespace; elsewhere nothing is announced and no client waits.</remarks>
public sealed class Supervision : IDisposable
{
    private readonly Socket? _name;

    private Supervision(Socket? name) => _name = name;

    /// <summary>Announces that this process keeps the platform at <paramref name="address"/> alive.</summary>
    /// <param name="address">A loopback address, <c>HOST:PORT</c>.</param>
    public static Supervision Announce(string address)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new Supervision(null);
        }

        var name = Create();
        try
        {
            name.Bind(EndPointOf(PlatformAddress.Parse(address)));
            return new Supervision(name);
        }
        catch (SocketException)
        {
            // Another one announces it already.
            name.Dispose();
            return new Supervision(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _name?.Dispose();

    internal static bool IsAnnounced(PlatformAddress address)
    {
        if (!address.IsLoopback || !OperatingSystem.IsLinux())
        {
            return false;
        }

        using var probe = Create();
        try
        {
            probe.Connect(EndPointOf(address));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket Create() => new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    private static UnixDomainSocketEndPoint EndPointOf(PlatformAddress address) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\0hermes-platform-{address.Port}"));
}
