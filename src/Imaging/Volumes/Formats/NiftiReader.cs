using System.IO.Compression;

namespace Hermes.Imaging.Volumes.Formats;

/// <summary>
/// Reads NIfTI-1 volumes, <c>.nii</c> and <c>.nii.gz</c> (told apart by content, not by name). Nothing in a file is trusted: sizes
/// are checked before memory is taken, and what does not add up is a <see cref="VolumeFormatException"/>.
/// </summary>
public static class NiftiReader
{
    // Deflate cannot shrink by more than this, so a short file cannot ask for a large volume.
    private const long LargestDeflateRatio = 1032;
    private const int ChunkVoxels = 1 << 15;

    private delegate void Chunk(int offset, ReadOnlySpan<double> values);

    /// <summary>Reads the header only.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What is accepted at most; <see cref="VolumeLimits.Default"/> when null.</param>
    /// <param name="name">What to call the file in an error; its path when null.</param>
    /// <exception cref="VolumeFormatException">The file is not a NIfTI-1 volume within the limits.</exception>
    public static NiftiHeader ReadHeader(string path, VolumeLimits? limits = null, string? name = null)
    {
        using var file = Open(path);
        return ReadHeader(file, name ?? path, limits ?? VolumeLimits.Default);
    }

    /// <summary>Reads an image as scaled 32-bit intensities; values that are not finite become the smallest finite one.</summary>
    /// <inheritdoc cref="ReadHeader(string, VolumeLimits?, string?)"/>
    public static NiftiImage ReadImage(string path, VolumeLimits? limits = null, string? name = null)
    {
        using var file = Open(path);
        return ReadImage(file, name ?? path, limits ?? VolumeLimits.Default);
    }

    /// <summary>Reads labels: whole numbers from 0 to 65535, whatever type stores them; what is a little off a label is that label.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What is accepted at most; <see cref="VolumeLimits.Default"/> when null.</param>
    /// <param name="name">What to call the file in an error; its path when null.</param>
    /// <param name="table">The labels that may occur besides 0, and what they are called; any when null.</param>
    /// <exception cref="VolumeFormatException">The file is not a NIfTI-1 volume within the limits, or holds something else than these labels.</exception>
    public static NiftiLabels ReadLabels(
        string path, VolumeLimits? limits = null, string? name = null, IReadOnlyDictionary<int, string>? table = null)
    {
        using var file = Open(path);
        return ReadLabels(file, name ?? path, limits ?? VolumeLimits.Default, table);
    }

    internal static NiftiHeader ReadHeader(Stream file, string name, VolumeLimits limits)
    {
        using var content = Content(file, name);
        var header = ReadHeaderBytes(content, name, limits);
        CheckLength(file, content, header, name, limits);
        return header;
    }

    internal static NiftiImage ReadImage(Stream file, string name, VolumeLimits limits)
    {
        float[]? voxels = null;
        var nonFinite = 0;
        var smallest = float.PositiveInfinity;
        var header = ReadVoxels(file, name, limits, h => voxels = new float[h.Geometry.VoxelCount], (offset, values) =>
        {
            var target = voxels.AsSpan(offset, values.Length);
            for (var n = 0; n < values.Length; n++)
            {
                var value = (float)values[n];
                target[n] = value;
                if (!float.IsFinite(value))
                {
                    nonFinite++;
                }
                else if (value < smallest)
                {
                    smallest = value;
                }
            }
        });
        if (nonFinite == voxels!.Length)
        {
            throw new VolumeFormatException(name, "no finite voxel", "an image");
        }

        if (nonFinite > 0)
        {
            for (var n = 0; n < voxels.Length; n++)
            {
                voxels[n] = float.IsFinite(voxels[n]) ? voxels[n] : smallest;
            }
        }

        return new NiftiImage(header, new Volume<float>(header.Geometry, voxels), nonFinite);
    }

    internal static NiftiLabels ReadLabels(Stream file, string name, VolumeLimits limits, IReadOnlyDictionary<int, string>? table = null)
    {
        ushort[]? voxels = null;
        LabelCensus? census = null;
        var header = ReadVoxels(
            file,
            name,
            limits,
            h =>
            {
                voxels = new ushort[h.Geometry.VoxelCount];
                census = new LabelCensus(h, table);
            },
            (offset, values) =>
            {
                var target = voxels.AsSpan(offset, values.Length);
                for (var n = 0; n < values.Length; n++)
                {
                    target[n] = census!.Take(values[n]);
                }
            });
        census!.Require(name);
        return new NiftiLabels(header, new Volume<ushort>(header.Geometry, voxels!), census.Counts, census.Rounded, census.LargestDeviation);
    }

    private static NiftiHeader ReadVoxels(Stream file, string name, VolumeLimits limits, Action<NiftiHeader> allocate, Chunk take)
    {
        using var content = Content(file, name);
        var header = ReadHeaderBytes(content, name, limits);
        CheckLength(file, content, header, name, limits);
        var size = NiftiVoxels.BytesPerVoxel(header.DataType);
        var total = header.Geometry.VoxelCount;
        var chunk = Math.Clamp(total, 1 << 10, ChunkVoxels);
        var bytes = new byte[chunk * size];
        for (var left = header.DataOffset - NiftiHeaderParser.HeaderLength; left > 0;)
        {
            var part = bytes.AsSpan(0, (int)Math.Min(left, bytes.Length));
            if (Fill(content, part, name) < part.Length)
            {
                throw new VolumeFormatException(name, "the end of the file before the voxels", $"voxels at offset {header.DataOffset}");
            }

            left -= part.Length;
        }

        allocate(header);
        var values = new double[chunk];
        for (var offset = 0; offset < total; offset += chunk)
        {
            var count = Math.Min(chunk, total - offset);
            var part = bytes.AsSpan(0, count * size);
            var read = Fill(content, part, name);
            if (read < part.Length)
            {
                throw new VolumeFormatException(
                    name, $"{(long)offset * size + read} bytes of voxels", $"{(long)total * size} bytes for {header.Geometry.Describe()}");
            }

            NiftiVoxels.Decode(header, part, values.AsSpan(0, count));
            take(offset, values.AsSpan(0, count));
        }

        // Reading on also makes a gzip stream compare the checksums and lengths of all its members. That the last of them is not
        // missing is looked at because Directory.Build.props asks for strict validation.
        for (long trailing = 0; Fill(content, bytes, name) is var read and > 0;)
        {
            trailing += read;
            if (trailing > limits.MaxTrailingBytes)
            {
                throw TooMuch(name, header, limits);
            }
        }

        return header;
    }

    private static FileStream Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
    }

    private static Stream Content(Stream file, string name)
    {
        Span<byte> start = stackalloc byte[2];
        var read = file.ReadAtLeast(start, 2, throwOnEndOfStream: false);
        if (read == 0)
        {
            throw new VolumeFormatException(name, "an empty file", "a NIfTI-1 volume");
        }

        file.Position = 0;
        return read == 2 && start[0] == 0x1f && start[1] == 0x8b ? new GZipStream(file, CompressionMode.Decompress, leaveOpen: true) : file;
    }

    private static NiftiHeader ReadHeaderBytes(Stream content, string name, VolumeLimits limits)
    {
        var bytes = new byte[NiftiHeaderParser.HeaderLength];
        var read = Fill(content, bytes, name);
        if (read < 4)
        {
            throw new VolumeFormatException(name, $"{read} bytes", "a NIfTI-1 volume");
        }

        // What is no NIfTI at all is told so, rather than that it is too short.
        if (read < bytes.Length && BitConverter.ToInt32(bytes) is NiftiHeaderParser.HeaderLength or 0x5c010000)
        {
            throw new VolumeFormatException(name, $"{read} bytes", "a NIfTI-1 header of 348 bytes");
        }

        return NiftiHeaderParser.Parse(bytes, name, limits);
    }

    private static void CheckLength(Stream file, Stream content, NiftiHeader header, string name, VolumeLimits limits)
    {
        var needed = header.DataOffset + (long)header.Geometry.VoxelCount * NiftiVoxels.BytesPerVoxel(header.DataType);
        var compressed = !ReferenceEquals(file, content);
        if (compressed ? needed / LargestDeflateRatio > file.Length : needed > file.Length)
        {
            throw new VolumeFormatException(
                name,
                $"{file.Length} bytes{(compressed ? " of gzip" : "")}",
                $"{needed} bytes{(compressed ? " once unpacked" : "")} for {header.Geometry.Describe()}");
        }

        if (!compressed && file.Length - needed > limits.MaxTrailingBytes)
        {
            throw TooMuch(name, header, limits);
        }
    }

    private static VolumeFormatException TooMuch(string name, NiftiHeader header, VolumeLimits limits) =>
        new(name, $"more than {limits.MaxTrailingBytes} bytes after the voxels", $"the file to end after {header.Geometry.Describe()}");

    private static int Fill(Stream content, Span<byte> buffer, string name)
    {
        try
        {
            return content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new VolumeFormatException(name, "a damaged or incomplete gzip stream", "one that unpacks to its end and agrees with its checksum", e);
        }
    }
}
