namespace Hermes.Imaging.Packages;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of bytes.</summary>
    public long Length => End - Begin;

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        SafetensorsType.BF16 or SafetensorsType.F16 => 2,
        SafetensorsType.U8 or SafetensorsType.BOOL => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>Bytes of a tensor of this type and shape.</summary>
    /// <exception cref="OverflowException">The product does not fit, or an axis is negative.</exception>
    public static long ByteLength(SafetensorsType type, IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        long length = ElementSize(type);
        foreach (var axis in shape)
        {
            length = axis < 0 ? throw new OverflowException($"An axis of {axis} elements is negative.") : checked(length * axis);
        }

        return length;
    }
}
