using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Pictures;

/// <summary>Volumes made small, to be shown before they are there whole: blocks of voxels become one.</summary>
public static class Reduction
{
    /// <summary>The grid of blocks: as fine as may be, with at most <paramref name="longest"/> voxels along each axis.</summary>
    /// <param name="geometry">The grid.</param>
    /// <param name="longest">The most voxels along an axis.</param>
    public static VolumeGeometry Reduce(VolumeGeometry geometry, int longest)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        var (i, j, k) = Blocks(geometry, longest);

        // The centre of a block of f voxels lies (f - 1) / 2 voxels after its first.
        return new VolumeGeometry(
            Count(geometry.Width, i), Count(geometry.Height, j), Count(geometry.Depth, k),
            geometry.VoxelToWorld.After(Affine.FromSpacing(new Point3(i, j, k), new Point3((i - 1) / 2.0, (j - 1) / 2.0, (k - 1) / 2.0))));
    }

    /// <summary>Intensities, each the mean of its block.</summary>
    /// <param name="volume">The image.</param>
    /// <param name="longest">The most voxels along an axis.</param>
    /// <returns>The same object when it is small already.</returns>
    public static Volume<float> Mean(Volume<float> volume, int longest)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var (from, to) = (volume.Geometry, Reduce(volume.Geometry, longest));
        var (fi, fj, fk) = Blocks(from, longest);
        if (fi * fj * fk == 1)
        {
            return volume;
        }

        var result = new float[to.VoxelCount];
        var source = volume.Voxels;
        Parallel.For(0, to.Depth, k =>
        {
            var sums = new double[to.Width];
            for (var j = 0; j < to.Height; j++)
            {
                Array.Clear(sums);
                var (endK, endJ) = (Math.Min(from.Depth, (k + 1) * fk), Math.Min(from.Height, (j + 1) * fj));
                for (var z = k * fk; z < endK; z++)
                {
                    for (var y = j * fj; y < endJ; y++)
                    {
                        var row = source.AsSpan(from.Offset(0, y, z), from.Width);
                        for (var x = 0; x < row.Length; x++)
                        {
                            sums[x / fi] += row[x];
                        }
                    }
                }

                var rows = (endK - k * fk) * (endJ - j * fj);
                for (var i = 0; i < to.Width; i++)
                {
                    result[to.Offset(i, j, k)] = (float)(sums[i] / (rows * (Math.Min(from.Width, (i + 1) * fi) - i * fi)));
                }
            }
        });
        return new Volume<float>(to, result);
    }

    /// <summary>Labels, each that of the voxel in the middle of its block.</summary>
    /// <inheritdoc cref="Mean"/>
    public static Volume<ushort> Middle(Volume<ushort> volume, int longest)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var (from, to) = (volume.Geometry, Reduce(volume.Geometry, longest));
        var (fi, fj, fk) = Blocks(from, longest);
        if (fi * fj * fk == 1)
        {
            return volume;
        }

        var result = new Volume<ushort>(to);
        for (var k = 0; k < to.Depth; k++)
        {
            for (var j = 0; j < to.Height; j++)
            {
                for (var i = 0; i < to.Width; i++)
                {
                    result[i, j, k] = volume[At(i, fi, from.Width), At(j, fj, from.Height), At(k, fk, from.Depth)];
                }
            }
        }

        return result;

        static int At(int block, int voxels, int size) => Math.Min((block * voxels) + (voxels / 2), size - 1);
    }

    private static (int I, int J, int K) Blocks(VolumeGeometry geometry, int longest) =>
        (Count(geometry.Width, longest), Count(geometry.Height, longest), Count(geometry.Depth, longest));

    private static int Count(int size, int part) => (size + part - 1) / part;
}
