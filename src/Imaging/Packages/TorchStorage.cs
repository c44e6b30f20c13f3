namespace Hermes.Imaging.Packages;

/// <summary>The memory of one or more tensors: an entry of the archive.</summary>
/// <param name="Key">The entry is <c>data/KEY</c>.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Elements">Number of elements.</param>
public sealed record TorchStorage(string Key, TorchElementType Type, long Elements)
{
    /// <summary>Number of bytes.</summary>
    public long Length => Elements * ElementSize(Type);

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(TorchElementType type) => type switch
    {
        TorchElementType.Float64 or TorchElementType.Int64 => 8,
        TorchElementType.Float32 or TorchElementType.Int32 => 4,
        TorchElementType.Float16 or TorchElementType.BFloat16 or TorchElementType.Int16 => 2,
        TorchElementType.Int8 or TorchElementType.UInt8 or TorchElementType.Boolean => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };

    /// <summary>What PyTorch calls a storage of this type.</summary>
    internal static string ClassName(TorchElementType type) => type switch
    {
        TorchElementType.Float64 => "DoubleStorage",
        TorchElementType.Float32 => "FloatStorage",
        TorchElementType.Float16 => "HalfStorage",
        TorchElementType.BFloat16 => "BFloat16Storage",
        TorchElementType.Int64 => "LongStorage",
        TorchElementType.Int32 => "IntStorage",
        TorchElementType.Int16 => "ShortStorage",
        TorchElementType.Int8 => "CharStorage",
        TorchElementType.UInt8 => "ByteStorage",
        TorchElementType.Boolean => "BoolStorage",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown element type."),
    };
}
