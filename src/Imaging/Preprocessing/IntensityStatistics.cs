namespace Hermes.Imaging.Preprocessing;

/// <summary>The numbers that normalised one image: intensities were limited to [Low, High], then (value - Mean) / Deviation.</summary>
/// <param name="Low">Smallest value kept, in the image's own unit.</param>
/// <param name="High">Largest value kept.</param>
/// <param name="Mean">Mean of the limited foreground.</param>
/// <param name="Deviation">Population standard deviation of the limited foreground; 1 when it is constant.</param>
public sealed record IntensityStatistics(double Low, double High, double Mean, double Deviation);
