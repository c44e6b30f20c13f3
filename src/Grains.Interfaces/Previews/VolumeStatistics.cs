namespace Hermes.Grains.Interfaces.Previews;

/// <summary>What intensities an image has, and what they are within its structures: a JSON document.</summary>
/// <param name="Image">All of the image.</param>
/// <param name="Structures">The structures that occur, in the order of the label map.</param>
public sealed record VolumeStatistics(IntensitySummary Image, IReadOnlyList<StructureSummary> Structures);

/// <summary>Intensities (HU for CT).</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Percentile1">What one of a hundred voxels lies below.</param>
/// <param name="Median">What half of them lie below.</param>
/// <param name="Percentile99">What one of a hundred lies above.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation.</param>
public sealed record IntensitySummary(double Minimum, double Percentile1, double Median, double Percentile99, double Maximum, double Mean, double StandardDeviation);

/// <summary>A structure in an image.</summary>
/// <param name="Structure">What it is called.</param>
/// <param name="VolumeMl">Its volume in ml.</param>
/// <param name="Intensities">The image within it.</param>
/// <param name="IsCutOff">Whether it reaches the border of the image, so that some of it may be missing.</param>
public sealed record StructureSummary(string Structure, double VolumeMl, IntensitySummary Intensities, bool IsCutOff);
