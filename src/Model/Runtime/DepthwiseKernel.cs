using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hermes.Model.Runtime;

/// <summary>
/// 3x3x3 convolution of every channel of a channels-last map by itself, with padding 1. Each number is computed by one thread in a fixed order: the result does
/// not depend on the thread count.
/// </summary>
/// <typeparam name="T">Kind of all maps.</typeparam>
internal static unsafe class DepthwiseKernel<T>
    where T : struct, IMapElement
{
    private const int Lanes = 16;
    private const int Strip = 4;

    /// <summary>The convolution; with the weights in reverse order, the gradient of its map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="taps">[27, C]: the weights by offset.</param>
    /// <param name="output">A map of the same size.</param>
    /// <param name="sizes">Their size.</param>
    public static void Convolve(byte* map, float* taps, byte* output, DepthwiseSizes sizes) =>
        WorkSharing.For(sizes.Samples * sizes.Depth, item =>
        {
            for (var y = 0; y < sizes.Height; y++)
            {
                ConvolveRow(map, taps, output, sizes, item / sizes.Depth, item % sizes.Depth, y);
            }
        });

    /// <summary>The gradient of the weights, plane by plane: <paramref name="sums"/> is [B * D, 27, C].</summary>
    public static void Correlate(byte* map, byte* gradient, float* sums, DepthwiseSizes sizes) =>
        WorkSharing.For(sizes.Samples * sizes.Depth, item =>
        {
            var into = sums + ((nint)item * DepthwiseSizes.Taps * sizes.Channels);
            new Span<float>(into, DepthwiseSizes.Taps * sizes.Channels).Clear();
            for (var y = 0; y < sizes.Height; y++)
            {
                CorrelateRow(map, gradient, into, sizes, item / sizes.Depth, item % sizes.Depth, y);
            }
        });

    private static void ConvolveRow(byte* map, float* taps, byte* output, DepthwiseSizes sizes, int sample, int z, int y)
    {
        nint c = sizes.Channels;
        (var row, var plane, var volume) = sizes.Strides;
        var from = sample * volume;
        var to = from + (z * plane) + (y * row);
        nint k = 0;
        for (; k <= c - Lanes; k += Lanes)
        {
            var x = 0;
            while (x < sizes.Width)
            {
                // The inner voxels in strips, which read a weight once for four of them.
                if (x >= 1 && x + Strip < sizes.Width)
                {
                    Four(map, taps, output, sizes, from, to, z, y, x, k);
                    x += Strip;
                }
                else
                {
                    T.Store(output, to + (x * c) + k, One(map, taps, sizes, from, z, y, x, k));
                    x++;
                }
            }
        }

        for (; k < c; k++)
        {
            for (var x = 0; x < sizes.Width; x++)
            {
                T.Set(output, to + (x * c) + k, OneChannel(map, taps, sizes, from, z, y, x, k));
            }
        }
    }

    private static void Four(byte* map, float* taps, byte* output, DepthwiseSizes sizes, nint from, nint to, int z, int y, int x, nint k)
    {
        nint c = sizes.Channels;
        (var row, var plane, _) = sizes.Strides;
        Vector512<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (var dz = Math.Max(-1, -z); dz <= Math.Min(1, sizes.Depth - 1 - z); dz++)
        {
            for (var dy = Math.Max(-1, -y); dy <= Math.Min(1, sizes.Height - 1 - y); dy++)
            {
                var at = from + ((z + dz) * plane) + ((y + dy) * row) + ((x - 1) * c) + k;
                var tap = taps + ((((dz + 1) * 9) + ((dy + 1) * 3)) * c) + k;
                Vector512<float> left = Vector512.Load(tap), middle = Vector512.Load(tap + c), right = Vector512.Load(tap + (2 * c));
                Vector512<float> v0 = T.Load(map, at), v1 = T.Load(map, at + c), v2 = T.Load(map, at + (2 * c));
                Vector512<float> v3 = T.Load(map, at + (3 * c)), v4 = T.Load(map, at + (4 * c)), v5 = T.Load(map, at + (5 * c));
                sum0 = Three(v0, v1, v2, left, middle, right, sum0);
                sum1 = Three(v1, v2, v3, left, middle, right, sum1);
                sum2 = Three(v2, v3, v4, left, middle, right, sum2);
                sum3 = Three(v3, v4, v5, left, middle, right, sum3);
            }
        }

        var place = to + (x * c) + k;
        T.Store(output, place, sum0);
        T.Store(output, place + c, sum1);
        T.Store(output, place + (2 * c), sum2);
        T.Store(output, place + (3 * c), sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Three(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> left, Vector512<float> middle, Vector512<float> right, Vector512<float> sum) =>
        Vector512.FusedMultiplyAdd(c, right, Vector512.FusedMultiplyAdd(b, middle, Vector512.FusedMultiplyAdd(a, left, sum)));

    private static Vector512<float> One(byte* map, float* taps, DepthwiseSizes sizes, nint from, int z, int y, int x, nint k)
    {
        nint c = sizes.Channels;
        (var row, var plane, _) = sizes.Strides;
        Vector512<float> sum = default;
        for (var dz = Math.Max(-1, -z); dz <= Math.Min(1, sizes.Depth - 1 - z); dz++)
        {
            for (var dy = Math.Max(-1, -y); dy <= Math.Min(1, sizes.Height - 1 - y); dy++)
            {
                var at = from + ((z + dz) * plane) + ((y + dy) * row) + k;
                var tap = taps + ((((dz + 1) * 9) + ((dy + 1) * 3)) * c) + k;
                for (var dx = Math.Max(-1, -x); dx <= Math.Min(1, sizes.Width - 1 - x); dx++)
                {
                    sum = Vector512.FusedMultiplyAdd(T.Load(map, at + ((x + dx) * c)), Vector512.Load(tap + ((dx + 1) * c)), sum);
                }
            }
        }

        return sum;
    }

    private static float OneChannel(byte* map, float* taps, DepthwiseSizes sizes, nint from, int z, int y, int x, nint k)
    {
        nint c = sizes.Channels;
        (var row, var plane, _) = sizes.Strides;
        float sum = 0;
        for (var dz = Math.Max(-1, -z); dz <= Math.Min(1, sizes.Depth - 1 - z); dz++)
        {
            for (var dy = Math.Max(-1, -y); dy <= Math.Min(1, sizes.Height - 1 - y); dy++)
            {
                for (var dx = Math.Max(-1, -x); dx <= Math.Min(1, sizes.Width - 1 - x); dx++)
                {
                    var tap = taps[((((dz + 1) * 9) + ((dy + 1) * 3) + dx + 1) * c) + k];
                    sum = MathF.FusedMultiplyAdd(T.Get(map, from + ((z + dz) * plane) + ((y + dy) * row) + ((x + dx) * c) + k), tap, sum);
                }
            }
        }

        return sum;
    }

    private static void CorrelateRow(byte* map, byte* gradient, float* into, DepthwiseSizes sizes, int sample, int z, int y)
    {
        nint c = sizes.Channels;
        (var row, var plane, var volume) = sizes.Strides;
        var to = (sample * volume) + (z * plane) + (y * row);
        for (var dz = Math.Max(-1, -z); dz <= Math.Min(1, sizes.Depth - 1 - z); dz++)
        {
            for (var dy = Math.Max(-1, -y); dy <= Math.Min(1, sizes.Height - 1 - y); dy++)
            {
                var at = (sample * volume) + ((z + dz) * plane) + ((y + dy) * row);
                var sums = into + ((((dz + 1) * 9) + ((dy + 1) * 3)) * c);
                nint k = 0;
                for (; k <= c - Lanes; k += Lanes)
                {
                    Vector512<float> left = Vector512.Load(sums + k), middle = Vector512.Load(sums + c + k), right = Vector512.Load(sums + (2 * c) + k);
                    Vector512<float> before = default, here = T.Load(map, at + k);
                    for (nint x = 0; x < sizes.Width; x++)
                    {
                        var after = x + 1 < sizes.Width ? T.Load(map, at + ((x + 1) * c) + k) : default;
                        var g = T.Load(gradient, to + (x * c) + k);
                        left = Vector512.FusedMultiplyAdd(g, before, left);
                        middle = Vector512.FusedMultiplyAdd(g, here, middle);
                        right = Vector512.FusedMultiplyAdd(g, after, right);
                        (before, here) = (here, after);
                    }

                    left.Store(sums + k);
                    middle.Store(sums + c + k);
                    right.Store(sums + (2 * c) + k);
                }

                for (; k < c; k++)
                {
                    for (nint x = 0; x < sizes.Width; x++)
                    {
                        var g = T.Get(gradient, to + (x * c) + k);
                        for (var dx = x == 0 ? 0 : -1; dx <= (x + 1 < sizes.Width ? 1 : 0); dx++)
                        {
                            sums[((dx + 1) * c) + k] += g * T.Get(map, at + ((x + dx) * c) + k);
                        }
                    }
                }
            }
        }
    }
}
