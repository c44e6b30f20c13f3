using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hermes.Imaging.Volumes.Formats;

/// <summary>Decodes stored voxels to scaled doubles.</summary>
internal static class NiftiVoxels
{
    public static int BytesPerVoxel(NiftiDataType type) => type switch
    {
        NiftiDataType.UInt8 or NiftiDataType.Int8 => 1,
        NiftiDataType.Int16 or NiftiDataType.UInt16 => 2,
        NiftiDataType.Int32 or NiftiDataType.UInt32 or NiftiDataType.Float32 => 4,
        NiftiDataType.Float64 or NiftiDataType.Int64 or NiftiDataType.UInt64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Decodes in place of the bytes' order; <paramref name="stored"/> is overwritten when its byte order has to change.</summary>
    public static void Decode(NiftiHeader header, Span<byte> stored, Span<double> values)
    {
        if (header.BigEndian)
        {
            switch (BytesPerVoxel(header.DataType))
            {
                case 2: Reverse<short>(stored, BinaryPrimitives.ReverseEndianness); break;
                case 4: Reverse<int>(stored, BinaryPrimitives.ReverseEndianness); break;
                case 8: Reverse<long>(stored, BinaryPrimitives.ReverseEndianness); break;
                default: break;
            }
        }

        switch (header.DataType)
        {
            case NiftiDataType.UInt8: Convert<byte>(stored, values); break;
            case NiftiDataType.Int8: Convert<sbyte>(stored, values); break;
            case NiftiDataType.Int16: Convert<short>(stored, values); break;
            case NiftiDataType.UInt16: Convert<ushort>(stored, values); break;
            case NiftiDataType.Int32: Convert<int>(stored, values); break;
            case NiftiDataType.UInt32: Convert<uint>(stored, values); break;
            case NiftiDataType.Float32: Convert<float>(stored, values); break;
            case NiftiDataType.Float64: Convert<double>(stored, values); break;
            case NiftiDataType.Int64: Convert<long>(stored, values); break;
            case NiftiDataType.UInt64: Convert<ulong>(stored, values); break;
            default: throw new ArgumentOutOfRangeException(nameof(header));
        }

        if (!header.IsUnscaled)
        {
            for (var n = 0; n < values.Length; n++)
            {
                values[n] = values[n] * header.Slope + header.Intercept;
            }
        }
    }

    private delegate void Reversal<T>(ReadOnlySpan<T> source, Span<T> destination);

    private static void Reverse<T>(Span<byte> stored, Reversal<T> reverse)
        where T : unmanaged
    {
        var numbers = MemoryMarshal.Cast<byte, T>(stored);
        reverse(numbers, numbers);
    }

    private static void Convert<T>(Span<byte> stored, Span<double> values)
        where T : unmanaged, INumber<T>
    {
        var numbers = MemoryMarshal.Cast<byte, T>(stored)[..values.Length];
        for (var n = 0; n < numbers.Length; n++)
        {
            values[n] = double.CreateTruncating(numbers[n]);
        }
    }
}
