using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Preprocessing;

/// <summary>
/// Finds the part of an image that holds the patient, and the numbers that normalise it, without labels: what is brighter than Otsu's
/// threshold is foreground; the box around it, with a margin, is the region, and the foreground gives the numbers.
/// </summary>
internal sealed class PatientRegion
{
    private const int MaxSamples = 1 << 20;
    private const int Bins = 256;

    private PatientRegion(GridSize start, GridSize size, IntensityStatistics statistics)
    {
        Start = start;
        Size = size;
        Statistics = statistics;
    }

    /// <summary>First voxel, canonical native voxels.</summary>
    public GridSize Start { get; }

    /// <summary>Size, canonical native voxels.</summary>
    public GridSize Size { get; }

    /// <summary>The numbers that normalise the image.</summary>
    public IntensityStatistics Statistics { get; }

    /// <summary>Finds the region of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="intensity">How intensities are limited.</param>
    /// <param name="region">How the patient is found.</param>
    /// <param name="isOfficial">Whether axes stay as they are, and all voxels of the region give the numbers that normalise; otherwise the image's foreground does.</param>
    public static PatientRegion Find(Volume<float> image, IntensityRule intensity, RegionRule region, bool isOfficial)
    {
        var voxels = image.Voxels;
        var threshold = Threshold(Sample(voxels, float.NegativeInfinity, voxels.Length), intensity);
        var map = PreparedGrid.MapOf(image.Geometry, isOfficial);
        var canonical = Reorientation.Apply(image.Geometry, map);
        var (counts, foreground) = CountPerSlice(image, threshold);
        Span<int> start = stackalloc int[3];
        Span<int> size = stackalloc int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var source = map.Source(axis);
            var length = canonical.Size(axis);
            var (first, end) = Extent(counts[source], (double)image.Geometry.VoxelCount / length * region.MinimumShare);
            if (map.Flipped(axis))
            {
                (first, end) = (length - end, length - first);
            }

            var margin = (int)Math.Ceiling(Math.Min(region.MarginMm / canonical.Spacing[axis], length));
            start[axis] = region.Crop ? Math.Max(0, first - margin) : 0;
            size[axis] = region.Crop ? Math.Min(length, end + margin) - start[axis] : length;
        }

        var (corner, extent) = (new GridSize(start[2], start[1], start[0]), new GridSize(size[2], size[1], size[0]));
        var samples = isOfficial ? Sample(image, corner, extent)
            : foreground > 0 ? Sample(voxels, threshold, foreground)
            : Sample(voxels, float.NegativeInfinity, voxels.Length);
        return new PatientRegion(corner, extent, Normalisation(samples, intensity));
    }

    private static IntensityStatistics Normalisation(float[] samples, IntensityRule intensity)
    {
        Array.Sort(samples);
        var low = intensity.ClipLow ?? Percentile(samples, intensity.LowPercentile!.Value);
        var high = intensity.ClipHigh ?? Percentile(samples, intensity.HighPercentile!.Value);
        double sum = 0, squares = 0;
        foreach (var sample in samples)
        {
            sum += Math.Clamp(sample, low, high);
        }

        var mean = sum / samples.Length;
        foreach (var sample in samples)
        {
            var difference = Math.Clamp(sample, low, high) - mean;
            squares += difference * difference;
        }

        var deviation = Math.Sqrt(squares / samples.Length);
        return new IntensityStatistics(low, high, mean, deviation > 1e-6 * Math.Max(1e-30, Math.Abs(mean)) ? deviation : 1);
    }

    /// <summary>
    /// The value above which a voxel is foreground; nothing is when all values are equal. Otsu's threshold of the limited intensities, at most
    /// in the middle of their range, so that an image without air around the patient loses little.
    /// </summary>
    private static float Threshold(float[] samples, IntensityRule intensity)
    {
        Array.Sort(samples);
        var low = Math.Max(samples[0], intensity.ClipLow ?? Percentile(samples, intensity.LowPercentile!.Value));
        var high = Math.Min(samples[^1], intensity.ClipHigh ?? Percentile(samples, intensity.HighPercentile!.Value));
        if (!(high > low))
        {
            (low, high) = (samples[0], samples[^1]);
        }

        if (!(high > low))
        {
            return (float)high;
        }

        // Where intensities have no unit a few very bright voxels (a bladder in PET) would draw the threshold above the body;
        // on a square-root scale air against body is the largest difference.
        var compress = intensity.ClipLow is null;
        var histogram = new long[Bins];
        foreach (var sample in samples)
        {
            var share = (Math.Clamp(sample, low, high) - low) / (high - low);
            histogram[(int)Math.Min(Bins - 1, (compress ? Math.Sqrt(share) : share) * Bins)]++;
        }

        var threshold = Math.Min(0.5, Otsu(histogram, samples.Length));
        return (float)(low + (compress ? threshold * threshold : threshold) * (high - low));
    }

    /// <summary>The share of the range that divides best; the middle where a gap between the classes leaves a choice.</summary>
    private static double Otsu(long[] histogram, int count)
    {
        double total = 0;
        for (var bin = 0; bin < Bins; bin++)
        {
            total += (double)bin * histogram[bin];
        }

        double best = -1, darkSum = 0;
        long dark = 0;
        int first = 0, last = 0;
        for (var bin = 0; bin < Bins - 1; bin++)
        {
            dark += histogram[bin];
            darkSum += (double)bin * histogram[bin];
            var bright = count - dark;
            if (dark == 0 || bright == 0)
            {
                continue;
            }

            var difference = darkSum / dark - (total - darkSum) / bright;
            var between = (double)dark * bright * difference * difference;
            if (between > best)
            {
                (best, first, last) = (between, bin + 1, bin + 1);
            }
            else if (histogram[bin] == 0 && last == bin)
            {
                // An empty bin changes neither class.
                last = bin + 1;
            }
        }

        return (first + last) / 2.0 / Bins;
    }

    private static (int[][] PerAxis, int Foreground) CountPerSlice(Volume<float> image, float threshold)
    {
        var g = image.Geometry;
        var rows = new int[g.Depth * g.Height];
        var columns = new int[g.Depth][];
        Parallel.For(0, g.Depth, k =>
        {
            var column = columns[k] = new int[g.Width];
            for (var j = 0; j < g.Height; j++)
            {
                var row = image.Voxels.AsSpan(g.Offset(0, j, k), g.Width);
                var count = 0;
                for (var i = 0; i < row.Length; i++)
                {
                    var inside = row[i] > threshold ? 1 : 0;
                    count += inside;
                    column[i] += inside;
                }

                rows[k * g.Height + j] = count;
            }
        });
        int[][] perAxis = [new int[g.Width], new int[g.Height], new int[g.Depth]];
        for (var k = 0; k < g.Depth; k++)
        {
            for (var i = 0; i < g.Width; i++)
            {
                perAxis[0][i] += columns[k][i];
            }

            for (var j = 0; j < g.Height; j++)
            {
                perAxis[1][j] += rows[k * g.Height + j];
                perAxis[2][k] += rows[k * g.Height + j];
            }
        }

        return (perAxis, perAxis[2].Sum());
    }

    private static (int First, int End) Extent(int[] counts, double least)
    {
        int first = Array.FindIndex(counts, c => c > 0 && c >= least), last = Array.FindLastIndex(counts, c => c > 0 && c >= least);
        return first < 0 ? (0, counts.Length) : (first, last + 1);
    }

    /// <summary>At most a million of the values above a threshold, evenly chosen in memory order.</summary>
    private static float[] Sample(float[] voxels, float threshold, int count)
    {
        var stride = (count + MaxSamples - 1) / MaxSamples;
        var samples = new float[(count + stride - 1) / stride];
        int seen = 0, taken = 0;
        foreach (var voxel in voxels)
        {
            if (voxel > threshold && seen++ % stride == 0)
            {
                samples[taken++] = voxel;
            }
        }

        return samples;
    }

    /// <summary>At most a million of the voxels of a box in stored order, evenly chosen.</summary>
    private static float[] Sample(Volume<float> image, GridSize start, GridSize size)
    {
        var count = size.VoxelCount;
        var stride = (count + MaxSamples - 1) / MaxSamples;
        var samples = new float[(count + stride - 1) / stride];
        for (var n = 0; n < samples.Length; n++)
        {
            var (plane, at) = Math.DivRem(n * stride, size.Height * size.Width);
            var (row, column) = Math.DivRem(at, size.Width);
            samples[n] = image.Voxels[image.Geometry.Offset(start.Width + column, start.Height + row, start.Depth + plane)];
        }

        return samples;
    }

    /// <summary>Linear interpolation between order statistics, as NumPy's default.</summary>
    private static double Percentile(float[] sorted, double percentile)
    {
        var position = percentile / 100 * (sorted.Length - 1);
        var lower = (int)Math.Floor(position);
        var upper = Math.Min(lower + 1, sorted.Length - 1);
        return sorted[lower] + (position - lower) * ((double)sorted[upper] - sorted[lower]);
    }
}
