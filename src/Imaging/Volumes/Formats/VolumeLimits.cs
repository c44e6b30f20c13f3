namespace Hermes.Imaging.Volumes.Formats;

/// <summary>What a reader accepts at most; checked before anything is allocated.</summary>
/// <param name="MaxVoxels">Most voxels of one volume.</param>
/// <param name="MaxTrailingBytes">Most bytes that may follow the voxels in a file.</param>
public sealed record VolumeLimits(long MaxVoxels, long MaxTrailingBytes)
{
    /// <summary>2 GiB of 32-bit voxels, and 64 KiB after the voxels.</summary>
    public static VolumeLimits Default { get; } = new(1L << 29, 1L << 16);
}
