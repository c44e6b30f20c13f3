using System.Buffers.Binary;
using System.Text.Json;

namespace Hermes.Imaging.Packages;

/// <summary>Writes safetensors files: the same content gives the same bytes, and a file appears whole or not at all.</summary>
public static class SafetensorsWriter
{
    /// <summary>Writes beside <paramref name="path"/>, makes it durable, then renames it over whatever was there.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="metadata">Free text by key; written in ordinal order.</param>
    /// <param name="tensors">The tensors, written in this order.</param>
    /// <returns>Length and SHA-256 (lower-case hexadecimal) of the file.</returns>
    /// <exception cref="IOException">The disk has no room; nothing was changed.</exception>
    public static WrittenFile Write(string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        var header = Header(metadata, tensors, out var dataLength);
        var total = checked(SafetensorsHeader.PrefixBytes + header.Length + dataLength);
        var sha256 = "";
        var full = WholeFile.Write(path, total, stream =>
        {
            using var file = new DigestedFile(stream);
            Span<byte> prefix = stackalloc byte[SafetensorsHeader.PrefixBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
            file.Write(prefix);
            file.Write(header);
            foreach (var tensor in tensors)
            {
                var begin = file.Length;
                tensor.Write(file.Write);
                var (written, expected) = (file.Length - begin, SafetensorsEntry.ByteLength(tensor.Type, tensor.Shape));
                if (written != expected)
                {
                    throw new ArgumentException($"The tensor '{tensor.Name}' gave {written} bytes, its type and shape need {expected}.", nameof(tensors));
                }
            }

            sha256 = file.Finish();
        });
        return new WrittenFile(full, total, sha256);
    }

    private static byte[] Header(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<SafetensorsTensor> tensors, out long dataLength)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((var key, var value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            long offset = 0;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                {
                    throw new ArgumentException($"Two tensors are called '{tensor.Name}'.", nameof(tensors));
                }

                var end = checked(offset + SafetensorsEntry.ByteLength(tensor.Type, tensor.Shape));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (var axis in tensor.Shape)
                {
                    json.WriteNumberValue(axis);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(end);
                json.WriteEndArray();
                json.WriteEndObject();
                offset = end;
            }

            dataLength = offset;
            json.WriteEndObject();
        }
        // Tensors begin at a multiple of 8, so that other readers may use them in place.
        while ((buffer.Length & 7) != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }
}

/// <summary>A tensor to be written.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Write">Called once, when its turn to be written comes: gives the little-endian bytes in row-major order, in as many pieces as it likes.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, Action<Action<ReadOnlySpan<byte>>> Write);

/// <summary>A file that is complete and durable.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its digest, lower-case hexadecimal.</param>
public sealed record WrittenFile(string Path, long Length, string Sha256);
