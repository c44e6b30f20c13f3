namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// How the part of a volume that holds the patient is found, without labels: the box around what is brighter than the background.
/// </summary>
/// <param name="Crop">Whether voxels outside the box are left out; statistics come from the box either way.</param>
/// <param name="MarginMm">What is kept around the box on every side, in mm.</param>
/// <param name="MinimumShare">The share of a slice's voxels that has to be foreground for the slice to count.</param>
public sealed record RegionRule(bool Crop, double MarginMm, double MinimumShare)
{
    /// <summary>Crop, with 10 mm around it; a slice counts from 0.2 % foreground.</summary>
    public static RegionRule Default { get; } = new(true, 10, 0.002);
}
