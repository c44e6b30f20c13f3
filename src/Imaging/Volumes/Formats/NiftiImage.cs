namespace Hermes.Imaging.Volumes.Formats;

/// <summary>An image as read from a file.</summary>
/// <param name="Header">What its header said.</param>
/// <param name="Volume">The scaled intensities; not-a-number and infinities replaced by the smallest finite value.</param>
/// <param name="NonFiniteVoxels">How many voxels were replaced.</param>
public sealed record NiftiImage(NiftiHeader Header, Volume<float> Volume, int NonFiniteVoxels);

/// <summary>Labels as read from a file.</summary>
/// <param name="Header">What its header said.</param>
/// <param name="Volume">Whole numbers from 0 to 65535.</param>
/// <param name="Counts">Voxels of every label that occurs, background included.</param>
/// <param name="RoundedVoxels">How many voxels were no whole numbers and were rounded.</param>
/// <param name="LargestDeviation">The largest distance of a voxel from the label it was rounded to.</param>
public sealed record NiftiLabels(
    NiftiHeader Header, Volume<ushort> Volume, IReadOnlyDictionary<int, long> Counts, long RoundedVoxels, double LargestDeviation);
