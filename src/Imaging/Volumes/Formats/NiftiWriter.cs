using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Hermes.Imaging.Volumes.Formats;

/// <summary>
/// Writes NIfTI-1 single files; gzip when the name ends in <c>.gz</c>. The same volume always gives the same bytes, free-text fields of
/// the header stay blank, and the file appears under its name only when it is complete.
/// </summary>
public static class NiftiWriter
{
    /// <summary>Writes intensities: as signed 16-bit integers when every one is such a number, as those of most scanners are, else as 32-bit floats.</summary>
    /// <param name="path">The file to appear; replaced when it exists.</param>
    /// <param name="volume">What to write.</param>
    /// <exception cref="ArgumentException">An axis is longer than the format can say (32767 voxels).</exception>
    public static void Write(string path, Volume<float> volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (Array.TrueForAll(volume.Voxels, v => BitConverter.SingleToInt32Bits((short)v) == BitConverter.SingleToInt32Bits(v)))
        {
            Write(path, new Volume<short>(volume.Geometry, Array.ConvertAll(volume.Voxels, v => (short)v)));
        }
        else
        {
            Write(path, volume, NiftiDataType.Float32, null);
        }
    }

    /// <summary>Writes intensities as signed 16-bit integers.</summary>
    /// <inheritdoc cref="Write(string, Volume{float})"/>
    public static void Write(string path, Volume<short> volume) => Write(path, volume, NiftiDataType.Int16, null);

    /// <summary>Writes a mask as unsigned 8 bits.</summary>
    /// <param name="path">The file to appear; replaced when it exists.</param>
    /// <param name="volume">What to write.</param>
    /// <param name="like">The header of a file on the same grid, whose transforms, codes and units are taken over as they are.</param>
    /// <exception cref="ArgumentException">An axis is longer than the format can say (32767 voxels), or the grids differ.</exception>
    public static void Write(string path, Volume<byte> volume, NiftiHeader? like = null) => Write(path, volume, NiftiDataType.UInt8, like);

    /// <summary>Writes labels: 8 bits when every label fits, else 16 bits, unsigned.</summary>
    /// <inheritdoc cref="Write(string, Volume{byte}, NiftiHeader?)"/>
    public static void Write(string path, Volume<ushort> volume, NiftiHeader? like = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (volume.Voxels.AsSpan().ContainsAnyExceptInRange((ushort)0, (ushort)byte.MaxValue))
        {
            Write(path, volume, NiftiDataType.UInt16, like);
        }
        else
        {
            Write(path, new Volume<byte>(volume.Geometry, Array.ConvertAll(volume.Voxels, v => (byte)v)), NiftiDataType.UInt8, like);
        }
    }

    private static void Write<T>(string path, Volume<T> volume, NiftiDataType type, NiftiHeader? like)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(volume);
        if (like is not null && !like.Geometry.Equals(volume.Geometry))
        {
            throw new ArgumentException($"A volume of {volume.Geometry} cannot be placed like one of {like.Geometry}.", nameof(like));
        }

        var header = Header(volume.Geometry, type, like?.Placement ?? NiftiPlacement.Of(volume.Geometry));
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    // .NET writes no time stamp and no name into the gzip header. The noise of a scanner takes a third less for twice the time; label maps are
                    // small either way, and what was proven of their bytes goes on to hold.
                    var level = type is NiftiDataType.UInt8 or NiftiDataType.UInt16 ? CompressionLevel.Fastest : CompressionLevel.Optimal;
                    using var gzip = new GZipStream(file, level, leaveOpen: true);
                    WriteContent(gzip, header, volume.Voxels);
                }
                else
                {
                    WriteContent(file, header, volume.Voxels);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static void WriteContent<T>(Stream stream, byte[] header, T[] voxels)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Volumes are written in the byte order of the processor, which must be little-endian.");
        }

        stream.Write(header);
        const int Part = 1 << 20;
        for (var offset = 0; offset < voxels.Length; offset += Part)
        {
            stream.Write(MemoryMarshal.AsBytes(voxels.AsSpan(offset, Math.Min(Part, voxels.Length - offset))));
        }
    }

    private static byte[] Header(VolumeGeometry geometry, NiftiDataType type, NiftiPlacement placement)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            if (geometry.Size(axis) > short.MaxValue)
            {
                throw new ArgumentException($"NIfTI-1 holds at most {short.MaxValue} voxels along an axis, not {geometry.Describe()}.", nameof(geometry));
            }
        }

        // 348 bytes and four that say that no extension follows; whatever is not set stays zero.
        var bytes = new byte[352];
        void Short(int at, int value) => BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), (short)value);
        void Floats(int at, params IEnumerable<float> values)
        {
            foreach (var (n, value) in values.Index())
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at + 4 * n), value);
            }
        }

        BinaryPrimitives.WriteInt32LittleEndian(bytes, 348);
        Short(40, placement.Dimensions);
        for (var n = 0; n < 7; n++)
        {
            Short(42 + 2 * n, n < 3 ? geometry.Size(n) : 1);
        }

        Short(70, (int)type);
        Short(72, 8 * NiftiVoxels.BytesPerVoxel(type));
        Floats(76, [.. placement.VoxelSizes, 1, 1, 1, 1]);
        Floats(108, 352, 1);
        bytes[123] = placement.Units;
        Short(252, placement.QformCode);
        Short(254, placement.SformCode);
        Floats(256, placement.Quaternion);
        Floats(280, placement.Rows);
        "n+1\0"u8.CopyTo(bytes.AsSpan(344));
        return bytes;
    }
}
