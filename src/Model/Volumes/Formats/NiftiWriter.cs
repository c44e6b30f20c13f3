using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Hermes.Model.Volumes.Formats;

/// <summary>
/// Writes NIfTI-1 single files; gzip when the name ends in <c>.gz</c>. The same volume always gives the same bytes, free-text fields of
/// the header stay blank, and the file appears under its name only when it is complete.
/// </summary>
public static class NiftiWriter
{
    /// <summary>Writes intensities as 32-bit floats.</summary>
    /// <param name="path">The file to appear; replaced when it exists.</param>
    /// <param name="volume">What to write.</param>
    /// <exception cref="ArgumentException">An axis is longer than the format can say (32767 voxels).</exception>
    public static void Write(string path, Volume<float> volume) => Write(path, volume, NiftiDataType.Float32);

    /// <summary>Writes intensities as signed 16-bit integers.</summary>
    /// <inheritdoc cref="Write(string, Volume{float})"/>
    public static void Write(string path, Volume<short> volume) => Write(path, volume, NiftiDataType.Int16);

    /// <summary>Writes a mask as unsigned 8 bits.</summary>
    /// <inheritdoc cref="Write(string, Volume{float})"/>
    public static void Write(string path, Volume<byte> volume) => Write(path, volume, NiftiDataType.UInt8);

    /// <summary>Writes labels: 8 bits when every label fits, else 16 bits, unsigned.</summary>
    /// <inheritdoc cref="Write(string, Volume{float})"/>
    public static void Write(string path, Volume<ushort> volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (volume.Voxels.AsSpan().ContainsAnyExceptInRange((ushort)0, (ushort)byte.MaxValue))
        {
            Write(path, volume, NiftiDataType.UInt16);
        }
        else
        {
            Write(path, new Volume<byte>(volume.Geometry, Array.ConvertAll(volume.Voxels, v => (byte)v)), NiftiDataType.UInt8);
        }
    }

    private static void Write<T>(string path, Volume<T> volume, NiftiDataType type)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(volume);
        var header = Header(volume.Geometry, type);
        var beside = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                {
                    // .NET writes no time stamp and no name into the gzip header.
                    using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
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

    private static byte[] Header(VolumeGeometry geometry, NiftiDataType type)
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
        void Float(int at, double value) => BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), (float)value);

        BinaryPrimitives.WriteInt32LittleEndian(bytes, 348);
        Short(40, 3);
        for (var n = 0; n < 7; n++)
        {
            Short(42 + 2 * n, n < 3 ? geometry.Size(n) : 1);
        }

        Short(70, (int)type);
        Short(72, 8 * NiftiVoxels.BytesPerVoxel(type));
        var spacing = geometry.Spacing;
        Float(76, geometry.VoxelToWorld.Determinant < 0 ? -1 : 1);
        for (var n = 0; n < 7; n++)
        {
            Float(80 + 4 * n, n < 3 ? spacing[n] : 1);
        }

        Float(108, 352);
        Float(112, 1);
        bytes[123] = 2; // millimetres
        if (Quaternion(geometry) is { } quaternion)
        {
            Short(252, 1);
            Float(256, quaternion.X);
            Float(260, quaternion.Y);
            Float(264, quaternion.Z);
            for (var row = 0; row < 3; row++)
            {
                Float(268 + 4 * row, geometry.VoxelToWorld[row, 3]);
            }
        }

        Short(254, 1);
        for (var n = 0; n < 12; n++)
        {
            Float(280 + 4 * n, geometry.VoxelToWorld[n / 4, n % 4]);
        }

        "n+1\0"u8.CopyTo(bytes.AsSpan(344));
        return bytes;
    }

    /// <summary>The vector part of the rotation, or null when the axes are not at right angles and no qform can say it.</summary>
    private static Point3? Quaternion(VolumeGeometry geometry)
    {
        var affine = geometry.VoxelToWorld;
        var spacing = geometry.Spacing;
        var sign = affine.Determinant < 0 ? -1 : 1;
        double R(int row, int column) => affine[row, column] / spacing[column] * (column == 2 ? sign : 1);
        for (var a = 0; a < 3; a++)
        {
            var b = (a + 1) % 3;
            if (Math.Abs(R(0, a) * R(0, b) + R(1, a) * R(1, b) + R(2, a) * R(2, b)) > 1e-5)
            {
                return null;
            }
        }

        // The largest of the four squares is used as divisor; the others may be close to zero.
        Span<double> squares =
        [
            1 + R(0, 0) + R(1, 1) + R(2, 2), 1 + R(0, 0) - R(1, 1) - R(2, 2), 1 - R(0, 0) + R(1, 1) - R(2, 2), 1 - R(0, 0) - R(1, 1) + R(2, 2),
        ];
        var largest = 0;
        for (var n = 1; n < 4; n++)
        {
            largest = squares[n] > squares[largest] ? n : largest;
        }

        var s = 2 * Math.Sqrt(squares[largest]);
        var (w, q) = largest switch
        {
            0 => (s / 4, new Point3((R(2, 1) - R(1, 2)) / s, (R(0, 2) - R(2, 0)) / s, (R(1, 0) - R(0, 1)) / s)),
            1 => ((R(2, 1) - R(1, 2)) / s, new Point3(s / 4, (R(0, 1) + R(1, 0)) / s, (R(0, 2) + R(2, 0)) / s)),
            2 => ((R(0, 2) - R(2, 0)) / s, new Point3((R(0, 1) + R(1, 0)) / s, s / 4, (R(1, 2) + R(2, 1)) / s)),
            _ => ((R(1, 0) - R(0, 1)) / s, new Point3((R(0, 2) + R(2, 0)) / s, (R(1, 2) + R(2, 1)) / s, s / 4)),
        };

        // The format keeps three numbers and takes the fourth to be positive.
        return w < 0 ? new Point3(-q.X, -q.Y, -q.Z) : q;
    }
}
