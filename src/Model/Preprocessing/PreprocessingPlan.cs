using Hermes.Model.Volumes;

namespace Hermes.Model.Preprocessing;

/// <summary>
/// How every image is brought into the network's grid and range; stored with the model and replayed at inference.
/// Nothing in it is computed from labels.
/// </summary>
public sealed record PreprocessingPlan
{
    /// <summary>Target distance between voxel centres.</summary>
    public required GridSpacing Spacing { get; init; }

    /// <summary>Prepared arrays are padded to at least this size.</summary>
    public GridSize MinimumSize { get; init; } = new(1, 1, 1);

    /// <summary>Canonical orientation; only "RAS" is known.</summary>
    public string Orientation { get; init; } = "RAS";

    /// <summary>Intensity rule per modality key; others take <see cref="OtherModalities"/>.</summary>
    public IReadOnlyDictionary<string, IntensityRule> Modalities { get; init; } = new SortedDictionary<string, IntensityRule>(StringComparer.Ordinal) { ["ct"] = IntensityRule.Ct };

    /// <summary>Intensity rule of modalities that are not listed.</summary>
    public IntensityRule OtherModalities { get; init; } = IntensityRule.Percentiles;

    /// <summary>How the patient is found in the volume.</summary>
    public RegionRule Region { get; init; } = RegionRule.Default;

    /// <summary>SHA-256 of the canonical JSON, lower-case hexadecimal.</summary>
    public string Digest => throw new NotSupportedException();

    /// <summary>The plan as canonical JSON.</summary>
    public string ToJson() => throw new NotSupportedException();

    /// <summary>Reads a plan.</summary>
    public static PreprocessingPlan FromJson(string json) => throw new NotSupportedException();

    /// <summary>Brings an image into the network's grid and range.</summary>
    public PreparedImage Prepare(Volume<float> image, string modality) => throw new NotSupportedException();

    /// <summary>Brings labels onto the grid of their prepared image by nearest neighbour; padding is 0.</summary>
    /// <returns>[D, H, W] of the prepared image.</returns>
    public ushort[] PrepareLabels(Volume<ushort> labels, PreparedImage image) => throw new NotSupportedException();
}
