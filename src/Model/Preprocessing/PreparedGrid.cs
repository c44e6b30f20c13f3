using Hermes.Model.Volumes;

namespace Hermes.Model.Preprocessing;

/// <summary>
/// Everything needed to go from a native grid to the plan's grid and back: reorientation, crop (native canonical voxels), resampling
/// about the common centre of the crop, and padding (plan voxels).
/// </summary>
public sealed record PreparedGrid
{
    /// <summary>The grid of the file.</summary>
    public required VolumeGeometry Native { get; init; }

    /// <summary>Native to canonical axes.</summary>
    public required AxisMap ToCanonical { get; init; }

    /// <summary>First voxel of the crop in canonical native voxels.</summary>
    public required GridSize CropStart { get; init; }

    /// <summary>Size of the crop in canonical native voxels.</summary>
    public required GridSize CropSize { get; init; }

    /// <summary>Plan spacing.</summary>
    public required GridSpacing Spacing { get; init; }

    /// <summary>Size of the crop at plan spacing, before padding.</summary>
    public required GridSize ContentSize { get; init; }

    /// <summary>Plan voxels added before the content along every axis.</summary>
    public required GridSize ContentStart { get; init; }

    /// <summary>Size of the prepared array, padding included.</summary>
    public required GridSize Size { get; init; }
}
