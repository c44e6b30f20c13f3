using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Hermes.Imaging.Packages;

/// <summary>
/// The zip archive of a checkpoint, as torch.save has written it since PyTorch 1.6: <c>NAME/data.pkl</c>, <c>NAME/data/KEY</c> for each storage, and a few
/// small entries. What is compressed, encrypted, there twice or of another kind is refused.
/// </summary>
internal sealed class TorchArchive : IDisposable
{
    /// <summary>What to do about a file that holds what is not read here.</summary>
    public const string SaveAgain = "Load it in PyTorch, where you trust it, and torch.save its state dict with PyTorch 1.6 or later.";

    /// <summary>What to do about a file that is not as it was written.</summary>
    public const string CopyAgain = "The file is damaged, or torch.save did not write it: copy or save it again.";

    private const int LargestPickle = 32 << 20;
    private const int LargestNote = 64;
    private const int LongestShown = 200;
    private const int ReadBytes = 1 << 18;

    // In memory a list of entries takes some thirteen times its length.
    private const int SmallestListAllowance = 1 << 20;
    private const int LargestListAllowance = 16 << 20;
    private const int ListShare = 16;

    private readonly MeteredStream _stream;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _verified = new(StringComparer.Ordinal);
    private readonly string _folder;
    private byte[]? _buffer;

    /// <summary>Lists the entries of an archive.</summary>
    /// <param name="stream">The archive; disposed with this.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">It is no archive of a checkpoint.</exception>
    public TorchArchive(Stream stream, string file)
    {
        (Name, Length) = (file, stream.Length);
        RefuseOtherKinds(stream);
        _stream = new MeteredStream(stream) { Allowance = Math.Clamp(Length / ListShare, SmallestListAllowance, LargestListAllowance) };
        _archive = Sound(() => new ZipArchive(_stream, ZipArchiveMode.Read));
        foreach (var entry in Sound(() => _archive.Entries))
        {
            List(entry);
        }

        _stream.Allowance = long.MaxValue;
        _folder = Folder();
        foreach (var entry in _entries.Values)
        {
            RequireStored(entry);
        }

        RefuseOtherByteOrders();
    }

    /// <summary>Its name, for messages.</summary>
    public string Name { get; }

    /// <summary>Bytes of the whole file.</summary>
    public long Length { get; }

    /// <summary>The pickle that says what the storages are.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public byte[] Pickle() => Bytes(_entries[_folder + "data.pkl"], LargestPickle);

    /// <summary>Bytes of the storage of a key; null where there is none.</summary>
    public long? StoredBytes(string key) => _entries.TryGetValue($"{_folder}data/{key}", out var entry) ? entry.Length : null;

    /// <summary>Reads a part of a storage; the first time the whole of it is read and its checksum compared.</summary>
    /// <param name="key">The storage.</param>
    /// <param name="begin">First byte.</param>
    /// <param name="length">Number of bytes.</param>
    /// <param name="take">Takes them in pieces of whole elements; it may have some when it shows that they are damaged.</param>
    /// <exception cref="InvalidDataException">The storage is damaged.</exception>
    public void Read(string key, long begin, long length, Action<ReadOnlySpan<byte>> take)
    {
        var entry = _entries[$"{_folder}data/{key}"];
        var isVerified = _verified.TryGetValue(key, out var start);
        start = isVerified ? start : Start(entry);
        var (at, end) = isVerified ? (begin, begin + length) : (0, entry.Length);
        var checksum = new Crc32();
        var buffer = _buffer ??= new byte[ReadBytes];
        _stream.Position = start + at;
        while (at < end)
        {
            var read = buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at));
            if (_stream.ReadAtLeast(read, read.Length, throwOnEndOfStream: false) < read.Length)
            {
                throw CutOff(entry);
            }

            if (!isVerified)
            {
                checksum.Append(read);
            }

            var (from, to) = (Math.Clamp(begin - at, 0, read.Length), Math.Clamp(begin + length - at, 0, read.Length));
            take(read[(int)from..(int)to]);
            at += read.Length;
        }

        if (!isVerified)
        {
            Require(entry, checksum.GetCurrentHashAsUInt32());
            _verified.Add(key, start);
        }
    }

    /// <summary>What to say of a file that cannot be read.</summary>
    public InvalidDataException Refusal(string found, string whatToDo, Exception? inner = null) => new($"'{Name}' {found} {whatToDo}", inner);

    /// <summary>A name out of a file as a message can have it: short, and on one line.</summary>
    public static string Shown(string name) =>
        string.Concat(name.Take(LongestShown).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)) + (name.Length > LongestShown ? "…" : "");

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private void RefuseOtherKinds(Stream stream)
    {
        Span<byte> front = stackalloc byte[512];
        stream.Position = 0;
        front = front[..stream.ReadAtLeast(front, front.Length, throwOnEndOfStream: false)];
        if (front.StartsWith("PK\x03\x04"u8))
        {
            return;
        }

        // The number that torch.save began files with before they were archives.
        ReadOnlySpan<byte> number = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
        throw front.IndexOf(number) is >= 0 and < 16 ? Refusal("is of the format that torch.save wrote before PyTorch 1.6, which is not read.", SaveAgain)
            : front.Length >= 262 && front[257..262].SequenceEqual("ustar"u8) ? Refusal("is a tar file, as the first versions of PyTorch wrote, which is not read.", SaveAgain)
            : Refusal($"is no checkpoint of PyTorch: it has {Length} bytes and does not begin as a zip archive does.", "Choose the file that torch.save wrote.");
    }

    // Until PyTorch 2.1 nothing was said of it, and machines were little-endian.
    private void RefuseOtherByteOrders()
    {
        if (!_entries.TryGetValue(_folder + "byteorder", out var entry))
        {
            return;
        }

        switch (Encoding.ASCII.GetString(Bytes(entry, LargestNote)).Trim())
        {
            case "little":
                break;
            case "big":
                throw Refusal("was written on a big-endian machine, which is not read.", "Where you trust it, load it in PyTorch on another machine and torch.save it there.");
            default:
                throw Refusal($"does not say in its entry '{Shown(entry.FullName)}' in which order its bytes are.", CopyAgain);
        }
    }

    private void List(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (name.StartsWith('/') || name.Contains('\\', StringComparison.Ordinal) || $"/{name}/".Contains("/../", StringComparison.Ordinal))
        {
            throw Refusal($"has an entry '{Shown(name)}', a name that leads out of the archive.", CopyAgain);
        }

        if (!_entries.TryAdd(name, entry))
        {
            throw Refusal($"has the entry '{Shown(name)}' twice.", CopyAgain);
        }
    }

    private void RequireStored(ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted)
        {
            throw Refusal($"has an encrypted entry '{Shown(entry.FullName)}', which is not read.", "Decrypt the archive first.");
        }

        // .NET does not say how an entry is stored. One that takes as many bytes compressed is found by its checksum, which is that of what it unpacks to.
        if (entry.CompressedLength != entry.Length)
        {
            throw Refusal($"has a compressed entry '{Shown(entry.FullName)}', which is not read: torch.save stores them as they are.", SaveAgain);
        }

        if (entry.Length < 0 || entry.Length > Length)
        {
            throw Refusal($"has {Length} bytes, of which its entry '{Shown(entry.FullName)}' is said to take {entry.Length}.", CopyAgain);
        }
    }

    /// <summary>The folder that the checkpoint is in, with the slash.</summary>
    private string Folder()
    {
        string[] folders = [.. _entries.Keys.Where(name => name.EndsWith("/data.pkl", StringComparison.Ordinal)).Select(name => name[..^"data.pkl".Length])];
        if (folders is not [var folder] || folder.IndexOf('/', StringComparison.Ordinal) != folder.Length - 1)
        {
            throw Refusal("is a zip archive, but no checkpoint of PyTorch: it does not hold one NAME/data.pkl.", "Choose the file that torch.save wrote.");
        }

        return _entries.ContainsKey(folder + "constants.pkl") || _entries.Keys.Any(name => name.StartsWith(folder + "code/", StringComparison.Ordinal))
            ? throw Refusal(
                "is a TorchScript archive, which holds a program beside its tensors and is not read.",
                "Load it with torch.jit.load, where you trust it, and torch.save its state_dict().")
            : folder;
    }

    private byte[] Bytes(ZipArchiveEntry entry, int most)
    {
        if (entry.Length > most)
        {
            throw Refusal($"has an entry '{Shown(entry.FullName)}' of {entry.Length} bytes, of which at most {most} are read.", SaveAgain);
        }

        var bytes = new byte[entry.Length];
        _stream.Position = Start(entry);
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw CutOff(entry);
        }

        Require(entry, Crc32.HashToUInt32(bytes));
        return bytes;
    }

    // .NET reads entries from front to back and does not say where they lie, but its first byte is read from there.
    private long Start(ZipArchiveEntry entry)
    {
        if (entry.Length == 0)
        {
            return 0;
        }

        using var content = Sound(entry.Open);
        return Sound(content.ReadByte) < 0 ? throw CutOff(entry) : _stream.Position - 1;
    }

    private InvalidDataException CutOff(ZipArchiveEntry entry) => Refusal($"ends within its entry '{Shown(entry.FullName)}'.", CopyAgain);

    // .NET computes the checksum where it writes an entry, and does not compare it where it reads one.
    private void Require(ZipArchiveEntry entry, uint checksum)
    {
        if (entry.Crc32 != checksum)
        {
            throw Refusal($"has other bytes in its entry '{Shown(entry.FullName)}' than were written: the checksum is {checksum:x8}, {entry.Crc32:x8} was expected.", CopyAgain);
        }
    }

    // .NET tells of damaged archives in several ways; what a disk tells is passed on.
    private T Sound<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ArgumentException or ArithmeticException or NotSupportedException)
        {
            throw Refusal($"is no sound zip archive ({e.Message.TrimEnd('.')}).", CopyAgain, e);
        }
    }
}
