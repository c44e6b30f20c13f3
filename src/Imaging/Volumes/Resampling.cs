namespace Hermes.Imaging.Volumes;

/// <summary>
/// Resampling along the axes of [D, H, W] arrays. Voxel-centre convention as in <see cref="ResampledAxis"/>.
/// The result does not depend on the number of threads.
/// </summary>
public static class Resampling
{
    /// <summary>
    /// Interpolates intensities with cubic B-splines that pass through the voxels (prefiltered), one axis after the other, the one that
    /// shrinks most first. Beyond its ends a line is mirrored about the centre of its last voxel (d c b | a b c d | c b a), which is
    /// SciPy's <c>mode='mirror'</c> with <c>order=3</c>.
    /// </summary>
    /// <param name="voxels">[D, H, W].</param>
    /// <param name="depth">The D axis.</param>
    /// <param name="height">The H axis.</param>
    /// <param name="width">The W axis.</param>
    /// <returns>[D', H', W']; <paramref name="voxels"/> itself when no axis changes.</returns>
    public static float[] CubicBSpline(float[] voxels, ResampledAxis depth, ResampledAxis height, ResampledAxis width)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        CheckSize(voxels.Length, depth, height, width);
        ReadOnlySpan<ResampledAxis> axes = [depth, height, width];
        Span<int> sizes = [depth.SourceSize, height.SourceSize, width.SourceSize];
        Span<int> order = [0, 1, 2];
        for (var n = 1; n < 3; n++)
        {
            for (var m = n; m > 0 && axes[order[m]].Step > axes[order[m - 1]].Step; m--)
            {
                (order[m], order[m - 1]) = (order[m - 1], order[m]);
            }
        }

        foreach (var axis in order)
        {
            if (axes[axis].IsIdentity)
            {
                continue;
            }

            var inner = axis == 2 ? 1 : axis == 1 ? sizes[2] : checked(sizes[1] * sizes[2]);
            voxels = new CubicBSplineAxis(axes[axis], inner).Apply(voxels);
            sizes[axis] = axes[axis].TargetSize;
        }

        return voxels;
    }

    /// <summary>Interpolates within planes along H and W as <see cref="CubicBSpline"/> does, and takes the nearest plane along D.</summary>
    /// <param name="voxels">[D, H, W].</param>
    /// <param name="depth">The D axis.</param>
    /// <param name="height">The H axis.</param>
    /// <param name="width">The W axis.</param>
    /// <returns>[D', H', W'].</returns>
    public static float[] SplineWithinPlanes(float[] voxels, ResampledAxis depth, ResampledAxis height, ResampledAxis width)
    {
        static ResampledAxis Kept(int size) => new(size, size, 1);
        var within = CubicBSpline(voxels, Kept(depth.SourceSize), height, width);
        return depth.IsIdentity ? within : Nearest(within, depth, Kept(height.TargetSize), Kept(width.TargetSize));
    }

    /// <summary>The index of the source voxel nearest to every target voxel; the higher of two equally near ones.</summary>
    public static int[] NearestIndices(ResampledAxis axis)
    {
        var indices = new int[axis.TargetSize];
        for (var n = 0; n < indices.Length; n++)
        {
            indices[n] = (int)Math.Clamp(Math.Floor(axis.ToSource(n) + 0.5), 0, axis.SourceSize - 1);
        }

        return indices;
    }

    /// <summary>Takes the nearest voxel; for labels.</summary>
    /// <param name="voxels">[D, H, W].</param>
    /// <param name="depth">The D axis.</param>
    /// <param name="height">The H axis.</param>
    /// <param name="width">The W axis.</param>
    /// <returns>[D', H', W'], always a new array.</returns>
    public static T[] Nearest<T>(T[] voxels, ResampledAxis depth, ResampledAxis height, ResampledAxis width)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(voxels);
        CheckSize(voxels.Length, depth, height, width);
        int[] z = NearestIndices(depth), y = NearestIndices(height), x = NearestIndices(width);
        var result = new T[checked(z.Length * y.Length * x.Length)];
        Parallel.For(0, z.Length, k =>
        {
            for (var j = 0; j < y.Length; j++)
            {
                var source = voxels.AsSpan((z[k] * height.SourceSize + y[j]) * width.SourceSize, width.SourceSize);
                var target = result.AsSpan((k * y.Length + j) * x.Length, x.Length);
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = source[x[i]];
                }
            }
        });
        return result;
    }

    /// <summary>
    /// For every source voxel, where it lies between the voxels of the target grid; for bringing probabilities back.
    /// Positions beyond the ends take the end's value.
    /// </summary>
    public static LinearWeight[] LinearWeightsToSource(ResampledAxis axis)
    {
        var weights = new LinearWeight[axis.SourceSize];
        var last = axis.TargetSize - 1;
        for (var n = 0; n < weights.Length; n++)
        {
            var position = Math.Clamp(axis.ToTarget(n), 0, last);
            var lower = (int)Math.Floor(position);
            weights[n] = new LinearWeight(lower, Math.Min(lower + 1, last), (float)(position - lower));
        }

        return weights;
    }

    private static void CheckSize(int length, ResampledAxis depth, ResampledAxis height, ResampledAxis width)
    {
        if (length != (long)depth.SourceSize * height.SourceSize * width.SourceSize)
        {
            throw new ArgumentException($"{length} voxels do not make up {depth.SourceSize}×{height.SourceSize}×{width.SourceSize}.", nameof(length));
        }
    }
}
