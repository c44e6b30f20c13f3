namespace Hermes.Imaging.Volumes.Formats;

/// <summary>An image as read from a file.</summary>
/// <param name="Header">What its header said.</param>
/// <param name="Volume">The scaled intensities; not-a-number and infinities replaced by the smallest finite value.</param>
/// <param name="NonFiniteVoxels">How many voxels were replaced.</param>
public sealed record NiftiImage(NiftiHeader Header, Volume<float> Volume, int NonFiniteVoxels);
