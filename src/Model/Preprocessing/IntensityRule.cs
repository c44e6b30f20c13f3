namespace Hermes.Model.Preprocessing;

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
}
