using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Hermes.Silo.Tests.Processes;

/// <summary>What goes over the network interfaces of this machine to or from some TCP ports, as somebody sees it who listens on the wire. IPv4.</summary>
internal sealed class PacketCapture : IDisposable
{
    // Every protocol, in the order of bytes of the network.
    private const ProtocolType All = (ProtocolType)0x0300;

    private const int EthernetHeader = 14;

    private readonly Socket _socket = new(AddressFamily.Packet, SocketType.Raw, All) { ReceiveBufferSize = 64 << 20 };
    private readonly ConcurrentDictionary<int, MemoryStream> _seen = new();
    private readonly Task _listening;

    private PacketCapture(IEnumerable<int> ports)
    {
        foreach (var port in ports)
        {
            _seen[port] = new MemoryStream();
        }

        _listening = Task.Factory.StartNew(Listen, TaskCreationOptions.LongRunning);
    }

    /// <summary>Begins; skips the test where this user may not listen, or fails it where HERMES_TEST_REQUIRE names it.</summary>
    public static PacketCapture Begin(params IEnumerable<int> ports)
    {
        try
        {
            return new PacketCapture(ports);
        }
        catch (SocketException refused)
        {
            Requirement.Met("capture", false, $"Packets cannot be captured here: {refused.Message}");
            throw;
        }
    }

    /// <summary>Ends, and tells what was seen, port by port.</summary>
    public IReadOnlyDictionary<int, byte[]> End()
    {
        Dispose();
        return _seen.ToDictionary(port => port.Key, port => port.Value.ToArray());
    }

    public void Dispose()
    {
        _socket.Dispose();
        _listening.Wait(TimeSpan.FromSeconds(10));
    }

    private void Listen()
    {
        var packet = new byte[1 << 17];
        try
        {
            while (true)
            {
                Keep(packet.AsSpan(0, _socket.Receive(packet)));
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The capture is over.
        }
    }

    private void Keep(ReadOnlySpan<byte> packet)
    {
        const int Tcp = 6;
        if (packet.Length < EthernetHeader + 40 || packet[12..14] is not [0x08, 0x00] || packet[EthernetHeader + 9] != Tcp)
        {
            return;
        }

        var segment = packet[(EthernetHeader + ((packet[EthernetHeader] & 15) * 4))..];
        var content = segment[((segment[12] >> 4) * 4)..];
        foreach (var at in (ReadOnlySpan<int>)[0, 2])
        {
            if (_seen.TryGetValue(BinaryPrimitives.ReadUInt16BigEndian(segment[at..]), out var stream))
            {
                stream.Write(content);
            }
        }
    }
}
