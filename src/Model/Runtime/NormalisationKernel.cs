using System.Runtime.Intrinsics;

namespace Hermes.Model.Runtime;

/// <summary>
/// Instance normalisation, cut off below (at 0 by a ReLU, or not at all), over a channels-last map, forward and backward, each in two passes over memory.
/// Sums run over fixed slabs that are combined in order, in double precision, so that the result depends on nothing but the numbers:
/// neither on the thread count nor on which thread took which slab.
/// </summary>
/// <typeparam name="TMap">Kind of the map that is normalised, and of its gradient.</typeparam>
/// <typeparam name="TOutput">Kind of the result, and of the gradient that comes back.</typeparam>
internal static unsafe class NormalisationKernel<TMap, TOutput>
    where TMap : struct, IMapElement
    where TOutput : struct, IMapElement
{
    private const int Lanes = 16;

    /// <summary>Normalises and cuts off below <paramref name="floor"/>; writes per sample and channel the mean and 1 / deviation to <paramref name="statistics"/> [B, 2, C].</summary>
    public static void Forward(void* map, void* output, float* statistics, MapSize size, double epsilon, float floor)
    {
        var work = new Slabs(size);
        var sums = work.Sum((sample, slab, into) => AddMoments(map, work, sample, slab, into));
        for (var sample = 0; sample < size.Samples; sample++)
        {
            for (var channel = 0; channel < size.Channels; channel++)
            {
                var origin = TMap.Get(map, work.Start(sample) + channel);
                var shifted = sums[(2 * sample * size.Channels) + channel] / size.Voxels;
                // Libtorch keeps the sum of squares and the variance as float32 on the way; so do we, to get its last bit.
                var squares = (float)Math.Max(0, sums[(((2 * sample) + 1) * size.Channels) + channel] - (shifted * shifted * size.Voxels));
                double variance = squares / (float)size.Voxels;
                statistics[(2 * sample * size.Channels) + channel] = (float)(origin + shifted);
                statistics[(((2 * sample) + 1) * size.Channels) + channel] = (float)(1 / Math.Sqrt(variance + epsilon));
            }
        }

        work.ForEach((sample, slab) => Activate(map, output, statistics, floor, work, sample, slab));
    }

    /// <summary>The gradient of the map from that of the result; everything is recomputed from the map and its statistics.</summary>
    public static void Backward(void* map, void* outputGradient, float* statistics, void* mapGradient, MapSize size, float floor)
    {
        var work = new Slabs(size);
        var sums = work.Sum((sample, slab, into) => AddGradientMoments(map, outputGradient, statistics, floor, work, sample, slab, into));
        var means = new float[sums.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            means[i] = (float)(sums[i] / size.Voxels);
        }

        work.ForEach((sample, slab) => Propagate(map, outputGradient, statistics, means, floor, mapGradient, work, sample, slab));
    }

    /// <summary>
    /// Sums of x and x squared, x counted from the sample's first voxel so that a large mean costs no digits. In double precision:
    /// the last bit of the statistics shows in the logits, and with it they are the bits of libtorch's own operation.
    /// </summary>
    private static void AddMoments(void* map, Slabs work, int sample, int slab, Span<double> into)
    {
        var period = work.Period;
        var origin = stackalloc float[period];
        for (var i = 0; i < period; i++)
        {
            origin[i] = TMap.Get(map, work.Start(sample) + (i % work.Size.Channels));
        }

        (var start, var end) = work.Range(sample, slab);
        for (var chunk = start; chunk + period <= end; chunk += work.Chunk)
        {
            var last = Math.Min(chunk + work.Chunk, end) - period;
            for (var k = 0; k < period; k += Lanes)
            {
                (var origin1, var origin2) = Vector512.Widen(Vector512.Load(origin + k));
                Vector512<double> sum1 = default, sum2 = default, squares1 = default, squares2 = default;
                for (var at = chunk; at <= last; at += period)
                {
                    (var x1, var x2) = Vector512.Widen(TMap.Load(map, at + k));
                    x1 -= origin1;
                    x2 -= origin2;
                    sum1 += x1;
                    sum2 += x2;
                    squares1 = Vector512.FusedMultiplyAdd(x1, x1, squares1);
                    squares2 = Vector512.FusedMultiplyAdd(x2, x2, squares2);
                }

                work.Fold(sum1, squares1, k, into);
                work.Fold(sum2, squares2, k + (Lanes / 2), into);
            }
        }

        for (var at = end - ((end - start) % period); at < end; at++)
        {
            var channel = (int)((at - start) % period) % work.Size.Channels;
            double x = TMap.Get(map, at) - origin[channel];
            into[channel] += x;
            into[work.Size.Channels + channel] += x * x;
        }
    }

    private static void Activate(void* map, void* output, float* statistics, float floor, Slabs work, int sample, int slab)
    {
        var period = work.Period;
        var mean = stackalloc float[period];
        var scale = stackalloc float[period];
        var shift = stackalloc float[period];
        work.Spread(statistics, sample, mean, scale);
        for (var k = 0; k < period; k++)
        {
            shift[k] = -(mean[k] * scale[k]);
        }

        (var start, var end) = work.Range(sample, slab);
        var whole = end - ((end - start) % period);
        for (var chunk = start; chunk < whole; chunk += work.Chunk)
        {
            var last = Math.Min(chunk + work.Chunk, whole);
            for (var k = 0; k < period; k += Lanes)
            {
                Vector512<float> factor = Vector512.Load(scale + k), offset = Vector512.Load(shift + k), least = Vector512.Create(floor);
                for (var at = chunk + k; at < last; at += period)
                {
                    TOutput.Store(output, at, Vector512.Max(Vector512.FusedMultiplyAdd(TMap.Load(map, at), factor, offset), least));
                }
            }
        }

        for (var at = whole; at < end; at++)
        {
            var k = (int)(at - whole);
            TOutput.Set(output, at, Math.Max(MathF.FusedMultiplyAdd(TMap.Get(map, at), scale[k], shift[k]), floor));
        }
    }

    /// <summary>Sums of g and g times the normalised value, where g is the gradient behind the cut.</summary>
    private static void AddGradientMoments(void* map, void* gradient, float* statistics, float floor, Slabs work, int sample, int slab, Span<double> into)
    {
        var period = work.Period;
        var mean = stackalloc float[period];
        var scale = stackalloc float[period];
        work.Spread(statistics, sample, mean, scale);
        (var start, var end) = work.Range(sample, slab);
        for (var chunk = start; chunk + period <= end; chunk += work.Chunk)
        {
            var last = Math.Min(chunk + work.Chunk, end) - period;
            for (var k = 0; k < period; k += Lanes)
            {
                Vector512<float> centre = Vector512.Load(mean + k), factor = Vector512.Load(scale + k), least = Vector512.Create(floor), sum = default, products = default;
                for (var at = chunk; at <= last; at += period)
                {
                    var x = (TMap.Load(map, at + k) - centre) * factor;
                    var g = Vector512.ConditionalSelect(Vector512.GreaterThan(x, least), TOutput.Load(gradient, at + k), default);
                    sum += g;
                    products = Vector512.FusedMultiplyAdd(g, x, products);
                }

                work.Fold(sum, products, k, into);
            }
        }

        var whole = end - ((end - start) % period);
        for (var at = whole; at < end; at++)
        {
            var k = (int)(at - whole);
            var x = (TMap.Get(map, at) - mean[k]) * scale[k];
            double g = x > floor ? TOutput.Get(gradient, at) : 0;
            into[k % work.Size.Channels] += g;
            into[work.Size.Channels + (k % work.Size.Channels)] += g * x;
        }
    }

    private static void Propagate(void* map, void* gradient, float* statistics, float[] means, float floor, void* mapGradient, Slabs work, int sample, int slab)
    {
        var period = work.Period;
        var mean = stackalloc float[period];
        var scale = stackalloc float[period];
        var meanGradient = stackalloc float[period];
        var meanProduct = stackalloc float[period];
        work.Spread(statistics, sample, mean, scale);
        fixed (float* all = means)
        {
            work.Spread(all, sample, meanGradient, meanProduct);
        }

        (var start, var end) = work.Range(sample, slab);
        var whole = end - ((end - start) % period);
        for (var chunk = start; chunk < whole; chunk += work.Chunk)
        {
            var last = Math.Min(chunk + work.Chunk, whole);
            for (var k = 0; k < period; k += Lanes)
            {
                Vector512<float> centre = Vector512.Load(mean + k), factor = Vector512.Load(scale + k), least = Vector512.Create(floor);
                Vector512<float> gradientMean = Vector512.Load(meanGradient + k), productMean = Vector512.Load(meanProduct + k);
                for (var at = chunk + k; at < last; at += period)
                {
                    var x = (TMap.Load(map, at) - centre) * factor;
                    var g = Vector512.ConditionalSelect(Vector512.GreaterThan(x, least), TOutput.Load(gradient, at), default);
                    TMap.Store(mapGradient, at, factor * (g - gradientMean - (x * productMean)));
                }
            }
        }

        for (var at = whole; at < end; at++)
        {
            var k = (int)(at - whole);
            var x = (TMap.Get(map, at) - mean[k]) * scale[k];
            var g = x > floor ? TOutput.Get(gradient, at) : 0;
            TMap.Set(mapGradient, at, scale[k] * (g - meanGradient[k] - (x * meanProduct[k])));
        }
    }
}
