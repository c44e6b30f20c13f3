using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Model.Training;

namespace Hermes.Worker.Sharing;

/// <summary>
/// What two workers of a run say to each other: JSON lines over a local socket, whose end says that the other one is gone. Weights and gradients go through
/// <see cref="SharedMemory"/>.
/// </summary>
internal sealed partial class DeviceLink : IDisposable
{
    private const int LongestLine = 4096;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    // How long the other one may take to read a line.
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[LongestLine];
    private int _length;

    private DeviceLink(Socket socket) => (_socket, socket.SendTimeout) = (socket, (int)SendPatience.TotalMilliseconds);

    /// <summary>Whether the other one is gone.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The other process.</summary>
    public int Process { get; private init; }

    /// <summary>Waits where others find it: a name in Linux' abstract socket namespace, which goes with the process.</summary>
    /// <exception cref="SocketException">Another process has the name.</exception>
    public static Socket Listen(string dataDirectory, string meeting)
    {
        var socket = NewSocket();
        try
        {
            socket.Bind(EndPoint(dataDirectory, meeting));
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whoever has come; null when nobody has, or somebody of another user.</summary>
    public static DeviceLink? TryAccept(Socket listening) => listening.Poll(TimeSpan.Zero, SelectMode.SelectRead) ? TryKnow(listening.Accept()) : null;

    /// <summary>Goes to whoever waits there; null when nobody does, or only somebody of another user.</summary>
    public static DeviceLink? TryConnect(string dataDirectory, string meeting)
    {
        var socket = NewSocket();
        try
        {
            socket.Connect(EndPoint(dataDirectory, meeting));
            return TryKnow(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Says something.</summary>
    /// <exception cref="IOException">The other one is gone.</exception>
    public void Send(DeviceWord word)
    {
        try
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(word, Json);
            _socket.Send([.. line, (byte)'\n']);
        }
        catch (SocketException gone)
        {
            throw Gone(gone);
        }
    }

    /// <summary>What the other one says next; null when it says nothing for so long.</summary>
    /// <exception cref="IOException">The other one is gone.</exception>
    public DeviceWord? Receive(TimeSpan patience)
    {
        try
        {
            while (true)
            {
                if (_buffer.AsSpan(0, _length).IndexOf((byte)'\n') is >= 0 and var end)
                {
                    var word = JsonSerializer.Deserialize<DeviceWord>(_buffer.AsSpan(0, end), Json);
                    _buffer.AsSpan((end + 1).._length).CopyTo(_buffer);
                    _length -= end + 1;
                    return word;
                }

                if (!_socket.Poll(patience, SelectMode.SelectRead))
                {
                    return null;
                }

                var read = _length < _buffer.Length ? _socket.Receive(_buffer.AsSpan(_length)) : 0;
                _length += read > 0 ? read : throw Gone(null);
            }
        }
        catch (Exception gone) when (gone is SocketException or JsonException)
        {
            throw Gone(gone);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private IOException Gone(Exception? cause)
    {
        IsOver = true;
        return new IOException("its worker is gone", cause);
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    // Two platforms on a machine may have runs of the same name.
    private static UnixDomainSocketEndPoint EndPoint(string dataDirectory, string meeting) =>
        new($"\0hermes-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Path.GetFullPath(dataDirectory)}\n{meeting}")))[..32]}");

    // A name in that namespace every user of the machine can take or come to.
    private static DeviceLink? TryKnow(Socket socket)
    {
        const int SocketLevel = 1, PeerCredentials = 17;
        Span<int> credentials = stackalloc int[3];
        try
        {
            socket.GetRawSocketOption(SocketLevel, PeerCredentials, MemoryMarshal.AsBytes(credentials));
            if (credentials[1] == OwnUser())
            {
                return new DeviceLink(socket) { Process = credentials[0] };
            }
        }
        catch (SocketException)
        {
            // Gone again.
        }

        socket.Dispose();
        return null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial int OwnUser();
}

/// <summary>One line; exactly one member is set.</summary>
internal sealed record DeviceWord
{
    /// <summary>A helper comes: its place among the devices, from 1.</summary>
    public int? Place { get; init; }

    /// <summary>A helper has everything it needs, and finds these sizes.</summary>
    public SharedSizes? Ready { get; init; }

    /// <summary>The memory, by its number among the open files of the first device's process.</summary>
    public int? Memory { get; init; }

    /// <summary>A batch to help with.</summary>
    public int? Begin { get; init; }

    /// <summary>A batch whose share is done.</summary>
    public int? Done { get; init; }

    /// <summary>Why a helper cannot help: a sentence for people.</summary>
    public string? Failed { get; init; }
}
