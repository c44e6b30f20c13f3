namespace Hermes.Imaging.Packages;

/// <summary>Element types of a safetensors file that we read and write.</summary>
public enum SafetensorsType
{
    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>The upper half of a 32-bit float.</summary>
    BF16,

    /// <summary>16-bit float.</summary>
    F16,

    /// <summary>64-bit signed integer.</summary>
    I64,

    /// <summary>32-bit signed integer.</summary>
    I32,

    /// <summary>8-bit unsigned integer.</summary>
    U8,

    /// <summary>One byte, 0 or 1.</summary>
    BOOL,
}
