using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Pictures;

/// <summary>The intensities of an image, or of what a label covers of it (HU for CT).</summary>
/// <param name="Voxels">How many voxels.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation.</param>
/// <param name="Percentile1">What one of a hundred lies below, to the 1024th part of the image's range; the other percentiles likewise.</param>
/// <param name="Median">What half of them lie below.</param>
/// <param name="Percentile99">What one of a hundred lies above.</param>
/// <param name="IsCutOff">Whether some lie at the border of the image.</param>
public sealed record IntensityStatistics(
    long Voxels, double Minimum, double Maximum, double Mean, double StandardDeviation, double Percentile1, double Median, double Percentile99, bool IsCutOff)
{
    private const int Bins = 1024;

    /// <summary>The intensities of an image, and of what each label covers of it.</summary>
    /// <param name="image">The image; all voxels are finite.</param>
    /// <param name="labels">The labels on its grid, if there are any.</param>
    /// <param name="values">The labels that are asked for.</param>
    /// <returns>The image, and every label that occurs.</returns>
    /// <exception cref="ArgumentException">Image and labels differ in size.</exception>
    public static (IntensityStatistics Image, IReadOnlyDictionary<ushort, IntensityStatistics> Labels) Of(
        Volume<float> image, Volume<ushort>? labels, IReadOnlyCollection<ushort> values)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(values);
        if (labels is not null && labels.Voxels.Length != image.Voxels.Length)
        {
            throw new ArgumentException("Image and labels differ in size.", nameof(labels));
        }

        var geometry = image.Geometry;
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (var value in image.Voxels)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        var whole = new Tally(low, high);
        var parts = new Tally?[ushort.MaxValue + 1];
        foreach (var value in labels is null ? [] : values)
        {
            parts[value] = new Tally(low, high);
        }

        for (var k = 0; k < geometry.Depth; k++)
        {
            for (var j = 0; j < geometry.Height; j++)
            {
                var row = geometry.Offset(0, j, k);
                var isBorder = k == 0 || k == geometry.Depth - 1 || j == 0 || j == geometry.Height - 1;
                for (var i = 0; i < geometry.Width; i++)
                {
                    var value = image.Voxels[row + i];
                    whole.Add(value, true);
                    if (labels is not null && labels.Voxels[row + i] is not 0 and var label)
                    {
                        parts[label]?.Add(value, isBorder || i == 0 || i == geometry.Width - 1);
                    }
                }
            }
        }

        return (whole.Result(), values.Where(v => parts[v] is { Count: > 0 }).Distinct().ToDictionary(v => v, v => parts[v]!.Result()));
    }

    private sealed class Tally(float low, float high)
    {
        private readonly long[] _bins = new long[Bins];
        private readonly double _width = Math.Max(((double)high - low) / Bins, double.Epsilon);
        private double _sum;
        private double _squares;
        private float _least = float.PositiveInfinity;
        private float _most = float.NegativeInfinity;
        private bool _isCutOff;

        public long Count { get; private set; }

        public void Add(float value, bool isBorder)
        {
            // Far from 0 squares would lose what makes the difference.
            var distance = (double)value - low;
            _sum += distance;
            _squares += distance * distance;
            (_least, _most) = (Math.Min(_least, value), Math.Max(_most, value));
            _bins[(int)Math.Min(distance / _width, Bins - 1)]++;
            _isCutOff |= isBorder;
            Count++;
        }

        public IntensityStatistics Result()
        {
            var mean = _sum / Count;
            return new IntensityStatistics(
                Count, _least, _most, low + mean, Math.Sqrt(Math.Max(0, (_squares / Count) - (mean * mean))), Percentile(0.01), Percentile(0.5), Percentile(0.99), _isCutOff);
        }

        private double Percentile(double share)
        {
            var (wanted, seen) = (share * Count, 0L);
            for (var bin = 0; bin < Bins; bin++)
            {
                seen += _bins[bin];
                if (seen >= wanted)
                {
                    return Math.Clamp(low + ((bin + 0.5) * _width), _least, _most);
                }
            }

            return _most;
        }
    }
}
