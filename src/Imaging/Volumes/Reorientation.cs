namespace Hermes.Imaging.Volumes;

/// <summary>
/// Brings volumes to another order and direction of axes by moving voxels; no value changes and every voxel keeps its
/// place in the world. An oblique volume goes to the closest axes and stays oblique.
/// </summary>
public static class Reorientation
{
    /// <summary>The map from a grid to canonical RAS.</summary>
    public static AxisMap ToCanonicalMap(VolumeGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        return AxisMap.Between(Orientation.Of(geometry.VoxelToWorld), Orientation.Ras);
    }

    /// <summary>The grid in canonical RAS orientation.</summary>
    public static VolumeGeometry CanonicalGeometry(VolumeGeometry geometry) => Apply(geometry, ToCanonicalMap(geometry));

    /// <summary>The volume in canonical RAS orientation.</summary>
    public static Volume<T> ToCanonical<T>(Volume<T> volume)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(volume);
        return Apply(volume, ToCanonicalMap(volume.Geometry));
    }

    /// <summary>The volume in a given orientation.</summary>
    public static Volume<T> To<T>(Volume<T> volume, Orientation orientation)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(volume);
        return Apply(volume, AxisMap.Between(Orientation.Of(volume.Geometry.VoxelToWorld), orientation));
    }

    /// <summary>The grid after an axis map.</summary>
    public static VolumeGeometry Apply(VolumeGeometry geometry, AxisMap map)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        Span<double> targetToSource = stackalloc double[12];
        for (var target = 0; target < 3; target++)
        {
            var source = map.Source(target);
            targetToSource[source * 4 + target] = map.Flipped(target) ? -1 : 1;
            targetToSource[source * 4 + 3] = map.Flipped(target) ? geometry.Size(source) - 1 : 0;
        }

        return new VolumeGeometry(
            geometry.Size(map.SourceI), geometry.Size(map.SourceJ), geometry.Size(map.SourceK),
            geometry.VoxelToWorld.After(new Affine(targetToSource)));
    }

    /// <summary>The volume after an axis map; the same object when the map changes nothing.</summary>
    public static Volume<T> Apply<T>(Volume<T> volume, AxisMap map)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (map == AxisMap.Identity)
        {
            return volume;
        }

        var geometry = Apply(volume.Geometry, map);
        var result = new T[geometry.VoxelCount];
        Span<int> steps = stackalloc int[3];
        var start = Strides(volume.Geometry, map, steps);
        int stepI = steps[0], stepJ = steps[1], stepK = steps[2];
        int width = geometry.Width, height = geometry.Height;
        var source = volume.Voxels;
        Parallel.For(0, geometry.Depth, k =>
        {
            for (var j = 0; j < height; j++)
            {
                var row = result.AsSpan((k * height + j) * width, width);
                var from = start + j * stepJ + k * stepK;
                if (stepI == 1)
                {
                    source.AsSpan(from, width).CopyTo(row);
                    continue;
                }

                for (var i = 0; i < width; i++, from += stepI)
                {
                    row[i] = source[from];
                }
            }
        });
        return new Volume<T>(geometry, result);
    }

    /// <summary>
    /// How to walk a source array in the order of the target's axes: returns the source position of the target's first voxel and
    /// fills the source distance of one step along the target's i, j and k.
    /// </summary>
    internal static int Strides(VolumeGeometry source, AxisMap map, Span<int> steps)
    {
        ReadOnlySpan<int> strides = [1, source.Width, source.Width * source.Height];
        var start = 0;
        for (var target = 0; target < 3; target++)
        {
            var axis = map.Source(target);
            steps[target] = map.Flipped(target) ? -strides[axis] : strides[axis];
            start += map.Flipped(target) ? strides[axis] * (source.Size(axis) - 1) : 0;
        }

        return start;
    }
}
