using System.Text.Json;

namespace Hermes.Model.Checkpoints;

/// <summary>The JSON at the front of a safetensors file, checked against the file's length.</summary>
internal sealed record SafetensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, SafetensorsEntry> Entries)
{
    public const int MaxBytes = 64 << 20;

    /// <summary>Reads a header; every tensor must lie within <paramref name="dataLength"/> bytes, have the bytes its shape needs, and share none with another.</summary>
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
