using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Hermes.Imaging.Packages;

/// <summary>
/// A safetensors file, memory-mapped: a <see cref="SafetensorsHeader"/>, raw tensors.
/// Nothing in it is executed, and nothing is read that its header does not describe.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _dataStart;

    private SafetensorsFile(string path, MemoryMappedFile map, SafetensorsHeader header, long dataStart)
    {
        Path = path;
        _map = map;
        _view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Header = header;
        _dataStart = dataStart;
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>What the file says of itself and its tensors.</summary>
    public SafetensorsHeader Header { get; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata => Header.Metadata;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => Header.Entries;

    /// <summary>Opens a file and checks its header against its length.</summary>
    /// <exception cref="InvalidDataException">It is not a complete safetensors file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
        prefix = prefix[..stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false)];
        var json = new byte[SafetensorsHeader.Length(prefix, stream.Length, path)];
        stream.ReadExactly(json);
        var dataStart = SafetensorsHeader.PrefixBytes + json.Length;
        var header = SafetensorsHeader.Parse(json, stream.Length - dataStart, path);
        return new SafetensorsFile(path, MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read), header, dataStart);
    }

    /// <summary>The entry of a tensor that must be there.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    public SafetensorsEntry Entry(string name) => Tensors.TryGetValue(name, out var entry)
        ? entry
        : throw new InvalidDataException($"'{Path}' holds no tensor '{name}'.");

    /// <summary>Copies the bytes of a tensor.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another size.</exception>
    public void Read(string name, Span<byte> destination)
    {
        var entry = Entry(name);
        if (entry.Length != destination.Length)
        {
            throw new InvalidDataException($"The tensor '{name}' of '{Path}' has {entry.Length} bytes, {destination.Length} were expected.");
        }

        if (destination.Length > 0)
        {
            _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_dataStart + entry.Begin), destination);
        }
    }

    /// <summary>The bytes of a tensor.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor.</exception>
    public byte[] Read(string name)
    {
        var bytes = new byte[Entry(name).Length];
        Read(name, bytes);
        return bytes;
    }

    /// <summary>The values of a float32 tensor.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another type or shape.</exception>
    public float[] Floats(string name, IReadOnlyList<long> shape)
    {
        var entry = RequireFloats(name, shape);
        var values = new float[entry.Length / sizeof(float)];
        Read(name, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>The entry of a float32 tensor of a shape.</summary>
    /// <exception cref="InvalidDataException">There is no such tensor, or it has another type or shape.</exception>
    public SafetensorsEntry RequireFloats(string name, IReadOnlyList<long> shape)
    {
        var entry = Entry(name);
        return entry.Type == SafetensorsType.F32 && entry.Shape.SequenceEqual(shape) ? entry : throw new InvalidDataException(
            $"The tensor '{name}' of '{Path}' is {entry.Type} [{string.Join(", ", entry.Shape)}]; F32 [{string.Join(", ", shape)}] is needed.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }
}
