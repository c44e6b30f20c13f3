using System.Buffers.Binary;
using System.Text.Json;

namespace Hermes.Imaging.Packages;

/// <summary>The front of a safetensors file, checked against the file's length: 8 bytes of header length (little-endian), then a JSON header; raw tensors follow.</summary>
/// <param name="Metadata">Free text by key.</param>
/// <param name="Entries">The tensors by name.</param>
public sealed record SafetensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, SafetensorsEntry> Entries)
{
    /// <summary>Bytes in front of the JSON, which say its length.</summary>
    public const int PrefixBytes = 8;

    private const int MaxBytes = 64 << 20;

    /// <summary>The text that files of a format have under a key.</summary>
    /// <param name="format">The format.</param>
    /// <param name="key">The key.</param>
    /// <param name="what">What such a file is, for messages: <c>a checkpoint</c>.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="InvalidDataException">It is of another format.</exception>
    public string Text(string format, string key, string what, string file)
    {
        var its = Metadata.GetValueOrDefault("format");
        return its == format && Metadata.TryGetValue(key, out var text)
            ? text
            : throw new InvalidDataException($"'{file}' is not {what} (format '{its ?? "none"}', expected '{format}').");
    }

    /// <summary>Bytes of the JSON, as the first <see cref="PrefixBytes"/> of a file say.</summary>
    /// <param name="prefix">The first bytes; fewer when the file has no more.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The file cannot hold as many, or nobody writes as many.</exception>
    public static int Length(ReadOnlySpan<byte> prefix, long fileLength, string file)
    {
        if (prefix.Length < PrefixBytes)
        {
            throw new InvalidDataException($"'{file}' is not a safetensors file: it has {fileLength} bytes, its header length alone takes {PrefixBytes}.");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        return length <= MaxBytes && (long)length <= fileLength - PrefixBytes ? (int)length : throw new InvalidDataException(
            $"'{file}' is not a complete safetensors file: its header is said to have {length} bytes, the file has {fileLength} and at most {MaxBytes} are accepted.");
    }

    /// <summary>Reads a header; every tensor must lie within the file, have the bytes its shape needs, and share none with another.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="dataLength">Bytes of the file behind it.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="InvalidDataException">The header is not what the format asks for.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataLength, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("__metadata__"))
                {
                    foreach (var pair in property.Value.EnumerateObject())
                    {
                        metadata[pair.Name] = pair.Value.GetString() ?? "";
                    }
                }
                else if (!entries.TryAdd(property.Name, Entry(property, dataLength, file)))
                {
                    throw new InvalidDataException($"'{file}' lists the tensor '{property.Name}' twice.");
                }
            }

            RefuseOverlaps(entries.Values, file);
            return new SafetensorsHeader(metadata, entries);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException($"'{file}' is not a safetensors file: its header cannot be read ({e.Message}).", e);
        }
    }

    private static SafetensorsEntry Entry(JsonProperty property, long dataLength, string file)
    {
        var name = property.Name;
        var type = property.Value.GetProperty("dtype").GetString() ?? "";
        if (!Enum.TryParse(type, out SafetensorsType known) || !Enum.IsDefined(known) || char.IsAsciiDigit(type[0]))
        {
            throw new InvalidDataException($"The tensor '{name}' of '{file}' has the unknown type '{type}'.");
        }

        long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())];
        long[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || offsets[1] > dataLength)
        {
            throw new InvalidDataException(
                $"The tensor '{name}' of '{file}' is said to lie at [{string.Join(", ", offsets)}], the file holds {dataLength} bytes of tensors.");
        }

        long expected;
        try
        {
            expected = SafetensorsEntry.ByteLength(known, shape);
        }
        catch (OverflowException)
        {
            expected = -1;
        }

        if (expected != offsets[1] - offsets[0])
        {
            throw new InvalidDataException(
                $"The tensor '{name}' of '{file}' has {offsets[1] - offsets[0]} bytes, which is not what {known} [{string.Join(", ", shape)}] needs.");
        }

        return new SafetensorsEntry(name, known, shape, offsets[0], offsets[1]);
    }

    private static void RefuseOverlaps(IEnumerable<SafetensorsEntry> entries, string file)
    {
        SafetensorsEntry? before = null;
        foreach (var entry in entries.Where(e => e.Length > 0).OrderBy(e => e.Begin))
        {
            if (before is not null && entry.Begin < before.End)
            {
                throw new InvalidDataException($"The tensors '{before.Name}' and '{entry.Name}' of '{file}' overlap.");
            }

            before = entry;
        }
    }
}
