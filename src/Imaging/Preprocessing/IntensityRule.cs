using System.Text.Json.Serialization;

namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// How intensities of one modality are limited before the z-score: to fixed values, or to percentiles of the region's foreground.
/// </summary>
/// <param name="ClipLow">Smallest value (for CT in HU), or null when percentiles are used.</param>
/// <param name="ClipHigh">Largest value, or null when percentiles are used.</param>
/// <param name="LowPercentile">Percentile in 0 to 100 that becomes the smallest value, or null when values are fixed.</param>
/// <param name="HighPercentile">Percentile in 0 to 100 that becomes the largest value, or null when values are fixed.</param>
public sealed record IntensityRule(double? ClipLow, double? ClipHigh, double? LowPercentile, double? HighPercentile)
{
    /// <summary>CT: [-991, 500] HU.</summary>
    public static IntensityRule Ct { get; } = new(-991, 500, null, null);

    /// <summary>Any other modality: 2nd to 98th percentile.</summary>
    public static IntensityRule Percentiles { get; } = new(null, null, 2, 98);

    /// <summary>PET whose hot lesions stay hot: as <see cref="Percentiles"/>, but what is brighter is not cut.</summary>
    public static IntensityRule Peaks { get; } = Percentiles with { KeepsPeaks = true };

    /// <summary>
    /// Whether what is brighter than the largest value stays brighter: it counts as the largest value in mean and deviation, and gets ln(1 + t) more than that,
    /// t deviations above it. No lesion is cut, and no voxel, however hot, outweighs its patch where the network normalises.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsPeaks { get; init; }

    /// <summary>Whether it has either two ascending values or two ascending percentiles.</summary>
    [JsonIgnore]
    public bool IsValid => (ClipLow, ClipHigh, LowPercentile, HighPercentile) switch
    {
        ({ } low, { } high, null, null) => double.IsFinite(low) && double.IsFinite(high) && low < high,
        (null, null, { } low, { } high) => low >= 0 && high <= 100 && low < high,
        _ => false,
    };
}
