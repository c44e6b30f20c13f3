// The names of the types are what the format is about.
#pragma warning disable CA1720
namespace Hermes.Imaging.Volumes.Formats;

/// <summary>How a NIfTI file stores one voxel; the values are the format's codes.</summary>
public enum NiftiDataType
{
    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 4,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 8,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float32 = 16,

    /// <summary>IEEE 754, 64 bits.</summary>
    Float64 = 64,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 256,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 512,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 768,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 1024,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 1280,
}
