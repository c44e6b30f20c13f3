namespace Hermes.Imaging.Volumes;

/// <summary>A three-dimensional image with its geometry: <c>float</c> for intensities, <c>ushort</c> for labels, <c>byte</c> for masks.</summary>
/// <typeparam name="T">The type of one voxel.</typeparam>
public sealed class Volume<T>
    where T : unmanaged
{
    /// <summary>Binds voxels to a grid.</summary>
    /// <param name="geometry">The grid.</param>
    /// <param name="voxels">C-order [D, H, W] = [k, j, i]; kept, not copied.</param>
    /// <exception cref="ArgumentException">The number of voxels is not that of the grid.</exception>
    public Volume(VolumeGeometry geometry, T[] voxels)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentNullException.ThrowIfNull(voxels);
        if (voxels.Length != geometry.VoxelCount)
        {
            throw new ArgumentException($"{voxels.Length} voxels were given for a grid of {geometry.Describe()}.", nameof(voxels));
        }

        Geometry = geometry;
        Voxels = voxels;
    }

    /// <summary>A volume of zeros.</summary>
    public Volume(VolumeGeometry geometry)
        : this(geometry, new T[(geometry ?? throw new ArgumentNullException(nameof(geometry))).VoxelCount])
    {
    }

    /// <summary>Where the voxels lie.</summary>
    public VolumeGeometry Geometry { get; }

    /// <summary>The voxels, C-order [D, H, W] = [k, j, i].</summary>
    public T[] Voxels { get; }

    /// <summary>The voxel at index (i, j, k).</summary>
    public ref T this[int i, int j, int k] => ref Voxels[Geometry.Offset(i, j, k)];
}
