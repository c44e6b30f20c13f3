using System.Runtime.Intrinsics;

namespace Hermes.Imaging.Volumes;

/// <summary>
/// Cubic B-spline interpolation along one axis of an array. Sixteen lines are worked on at a time, one in each lane of a vector, so every
/// line is computed the same way whatever thread or vector width computes it.
/// </summary>
internal sealed class CubicBSplineAxis
{
    private const int Lanes = 16;
    private static readonly double Pole = Math.Sqrt(3) - 2;

    private readonly ResampledAxis _axis;
    private readonly int _inner;
    private readonly float[] _causalStart;
    private readonly int[] _taps;
    private readonly float[] _weights;

    /// <param name="axis">Sizes and positions.</param>
    /// <param name="inner">Distance in the array between neighbours along the axis.</param>
    public CubicBSplineAxis(ResampledAxis axis, int inner)
    {
        _axis = axis;
        _inner = inner;
        _causalStart = CausalStart(axis.SourceSize);
        _taps = new int[axis.TargetSize * 4];
        _weights = new float[axis.TargetSize * 4];
        for (var n = 0; n < axis.TargetSize; n++)
        {
            var position = axis.ToSource(n);
            var lower = Math.Floor(position);
            var t = position - lower;
            double[] weights =
            [
                (1 - t) * (1 - t) * (1 - t) / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * (t + t * t - t * t * t) + 1) / 6, t * t * t / 6,
            ];
            for (var tap = 0; tap < 4; tap++)
            {
                _taps[n * 4 + tap] = Mirror((long)lower - 1 + tap, axis.SourceSize);
                _weights[n * 4 + tap] = (float)weights[tap];
            }
        }
    }

    public float[] Apply(float[] source)
    {
        int size = _axis.SourceSize, targetSize = _axis.TargetSize;
        var lines = source.Length / size;
        var target = new float[checked(lines * targetSize)];
        var groups = (lines + Lanes - 1) / Lanes;
        Parallel.For(0, groups, () => new Vector512<float>[size], (group, _, line) =>
        {
            var first = group * Lanes;
            var count = Math.Min(Lanes, lines - first);
            Gather(source, line, first, count, size);
            Prefilter(line);
            Span<float> lanes = stackalloc float[Lanes];
            for (var n = 0; n < targetSize; n++)
            {
                var sum = line[_taps[n * 4]] * _weights[n * 4];
                for (var tap = 1; tap < 4; tap++)
                {
                    sum += line[_taps[n * 4 + tap]] * _weights[n * 4 + tap];
                }

                sum.CopyTo(lanes);
                Scatter(lanes, target, first, count, n, targetSize);
            }

            return line;
        }, _ => { });
        return target;
    }

    private void Gather(float[] source, Vector512<float>[] line, int first, int count, int size)
    {
        Span<float> lanes = stackalloc float[Lanes];
        Span<int> starts = stackalloc int[Lanes];
        var adjacent = Starts(starts, first, count, size);
        for (var n = 0; n < size; n++)
        {
            var offset = n * _inner;
            if (adjacent)
            {
                line[n] = Vector512.Create<float>(source.AsSpan(starts[0] + offset, Lanes));
                continue;
            }

            for (var lane = 0; lane < count; lane++)
            {
                lanes[lane] = source[starts[lane] + offset];
            }

            line[n] = Vector512.Create<float>(lanes);
        }
    }

    private void Scatter(ReadOnlySpan<float> lanes, float[] target, int first, int count, int n, int size)
    {
        for (var lane = 0; lane < count; lane++)
        {
            var number = first + lane;
            target[(number / _inner * size + n) * _inner + number % _inner] = lanes[lane];
        }
    }

    /// <summary>Where the lines of a group start; true when sixteen of them are neighbours in memory.</summary>
    private bool Starts(Span<int> starts, int first, int count, int size)
    {
        for (var lane = 0; lane < count; lane++)
        {
            var number = first + lane;
            starts[lane] = number / _inner * size * _inner + number % _inner;
        }

        return count == Lanes && starts[Lanes - 1] == starts[0] + Lanes - 1;
    }

    /// <summary>Replaces values by B-spline coefficients: Unser's recursive filter, forth and back.</summary>
    private void Prefilter(Vector512<float>[] line)
    {
        var last = line.Length - 1;
        if (last == 0)
        {
            return;
        }

        var pole = (float)Pole;
        var start = Vector512<float>.Zero;
        for (var n = 0; n < _causalStart.Length; n++)
        {
            start += line[n] * _causalStart[n];
        }

        line[0] = start;
        for (var n = 1; n <= last; n++)
        {
            line[n] = line[n] * 6f + line[n - 1] * pole;
        }

        line[last] = (line[last] + line[last - 1] * pole) * (float)(Pole / (Pole * Pole - 1));
        for (var n = last - 1; n >= 0; n--)
        {
            line[n] = (line[n + 1] - line[n]) * pole;
        }
    }

    /// <summary>The weights (times 6) of the values in the first causal coefficient of a mirrored line.</summary>
    private static float[] CausalStart(int size)
    {
        // |pole|^30 is 1e-17: what lies further away does not show.
        if (size > 30)
        {
            return [.. Enumerable.Range(0, 30).Select(n => (float)(6 * Math.Pow(Pole, n)))];
        }

        var period = 2 * (size - 1);
        var scale = 6 / (1 - Math.Pow(Pole, period));
        return [.. Enumerable.Range(0, size).Select(n =>
            (float)(scale * (Math.Pow(Pole, n) + (n == 0 || n == size - 1 ? 0 : Math.Pow(Pole, period - n)))))];
    }

    private static int Mirror(long index, int size)
    {
        if (size == 1)
        {
            return 0;
        }

        var period = 2L * (size - 1);
        index = (index % period + period) % period;
        return (int)(index < size ? index : period - index);
    }
}
