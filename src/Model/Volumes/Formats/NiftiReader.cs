namespace Hermes.Model.Volumes.Formats;

/// <summary>
/// Reads NIfTI-1 volumes, <c>.nii</c> and <c>.nii.gz</c> (told apart by content, not by name). Nothing in a file is trusted: sizes
/// are checked before memory is taken, and what does not add up is a <see cref="VolumeFormatException"/>.
/// </summary>
public static class NiftiReader
{
    /// <summary>Reads the header only.</summary>
    /// <exception cref="VolumeFormatException">The file is not a NIfTI-1 volume within the limits.</exception>
    public static NiftiHeader ReadHeader(string path, VolumeLimits? limits = null) => throw new NotSupportedException();

    /// <summary>Reads an image as scaled 32-bit intensities.</summary>
    /// <exception cref="VolumeFormatException">The file is not a NIfTI-1 volume within the limits.</exception>
    public static NiftiImage ReadImage(string path, VolumeLimits? limits = null) => throw new NotSupportedException();

    /// <summary>Reads labels: whole numbers from 0 to 65535, whatever type stores them.</summary>
    /// <exception cref="VolumeFormatException">The file is not a NIfTI-1 volume within the limits, or a voxel is not a label.</exception>
    public static Volume<ushort> ReadLabels(string path, VolumeLimits? limits = null) => throw new NotSupportedException();
}
