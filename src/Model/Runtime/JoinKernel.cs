using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hermes.Model.Runtime;

/// <summary>
/// Trilinear interpolation and joining of channels-last maps, forward and backward. Each voxel is computed by one thread in a fixed order:
/// the result does not depend on the thread count.
/// </summary>
/// <typeparam name="T">Kind of all maps.</typeparam>
internal static unsafe class JoinKernel<T>
    where T : struct, IMapElement
{
    private const int Lanes = 16;

    /// <summary>Writes the fine map's channels and the interpolated coarse ones side by side.</summary>
    public static void Forward(byte* fine, byte* coarse, byte* joined, JoinSizes sizes)
    {
        (var depth, var height, var width) = Taps(sizes);
        (var s, var c) = (sizes.FineChannels, sizes.CoarseChannels);
        (var fineStart, var coarseStart) = (sizes.FineStart, sizes.CoarseStart);
        nint row = (nint)sizes.CoarseShape[2] * c, plane = (nint)sizes.CoarseShape[1] * row, volume = (nint)sizes.CoarseShape[0] * plane;
        var size = T.Size;
        WorkSharing.For(sizes.Samples * depth.Length, item =>
        {
            var z = depth[item % depth.Length];
            var sample = item / depth.Length * volume;
            var voxel = (nint)item * height.Length * width.Length;
            foreach (var y in height)
            {
                nint r00 = sample + (z.First * plane) + (y.First * row), r01 = sample + (z.First * plane) + (y.Second * row);
                nint r10 = sample + (z.Second * plane) + (y.First * row), r11 = sample + (z.Second * plane) + (y.Second * row);
                foreach (var x in width)
                {
                    Unsafe.CopyBlockUnaligned(joined + (((voxel * (s + c)) + fineStart) * size), fine + (voxel * s * size), (uint)(s * size));
                    nint x0 = (nint)x.First * c, x1 = (nint)x.Second * c, to = (voxel * (s + c)) + coarseStart;
                    float w000 = z.FirstWeight * y.FirstWeight * x.FirstWeight, w001 = z.FirstWeight * y.FirstWeight * x.SecondWeight;
                    float w010 = z.FirstWeight * y.SecondWeight * x.FirstWeight, w011 = z.FirstWeight * y.SecondWeight * x.SecondWeight;
                    float w100 = z.SecondWeight * y.FirstWeight * x.FirstWeight, w101 = z.SecondWeight * y.FirstWeight * x.SecondWeight;
                    float w110 = z.SecondWeight * y.SecondWeight * x.FirstWeight, w111 = z.SecondWeight * y.SecondWeight * x.SecondWeight;
                    var k = 0;
                    for (; k <= c - Lanes; k += Lanes)
                    {
                        var value = T.Load(coarse, r00 + x0 + k) * w000;
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r00 + x1 + k), Vector512.Create(w001), value);
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r01 + x0 + k), Vector512.Create(w010), value);
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r01 + x1 + k), Vector512.Create(w011), value);
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r10 + x0 + k), Vector512.Create(w100), value);
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r10 + x1 + k), Vector512.Create(w101), value);
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r11 + x0 + k), Vector512.Create(w110), value);
                        value = Vector512.FusedMultiplyAdd(T.Load(coarse, r11 + x1 + k), Vector512.Create(w111), value);
                        T.Store(joined, to + k, value);
                    }

                    for (; k < c; k++)
                    {
                        var value = (T.Get(coarse, r00 + x0 + k) * w000) + (T.Get(coarse, r00 + x1 + k) * w001)
                            + (T.Get(coarse, r01 + x0 + k) * w010) + (T.Get(coarse, r01 + x1 + k) * w011)
                            + (T.Get(coarse, r10 + x0 + k) * w100) + (T.Get(coarse, r10 + x1 + k) * w101)
                            + (T.Get(coarse, r11 + x0 + k) * w110) + (T.Get(coarse, r11 + x1 + k) * w111);
                        T.Set(joined, to + k, value);
                    }

                    voxel++;
                }
            }
        });
    }

    /// <summary>The gradients of both maps; <paramref name="planes"/> is scratch [B * D, h, w, C].</summary>
    public static void Backward(byte* joined, byte* fine, byte* coarse, float* planes, JoinSizes sizes)
    {
        (var depth, var height, var width) = Taps(sizes);
        (var s, var c) = (sizes.FineChannels, sizes.CoarseChannels);
        (var fineStart, var coarseStart) = (sizes.FineStart, sizes.CoarseStart);
        nint row = (nint)sizes.CoarseShape[2] * c, plane = (nint)sizes.CoarseShape[1] * row;
        var size = T.Size;
        WorkSharing.For(sizes.Samples * depth.Length, item =>
        {
            var into = planes + (item * plane);
            new Span<float>(into, checked((int)plane)).Clear();
            var voxel = (nint)item * height.Length * width.Length;
            foreach (var y in height)
            {
                var r0 = into + (y.First * row);
                var r1 = into + (y.Second * row);
                foreach (var x in width)
                {
                    Unsafe.CopyBlockUnaligned(fine + (voxel * s * size), joined + (((voxel * (s + c)) + fineStart) * size), (uint)(s * size));
                    nint x0 = (nint)x.First * c, x1 = (nint)x.Second * c, from = (voxel * (s + c)) + coarseStart;
                    Scatter(joined, from, c, r0 + x0, y.FirstWeight * x.FirstWeight);
                    Scatter(joined, from, c, r0 + x1, y.FirstWeight * x.SecondWeight);
                    Scatter(joined, from, c, r1 + x0, y.SecondWeight * x.FirstWeight);
                    Scatter(joined, from, c, r1 + x1, y.SecondWeight * x.SecondWeight);
                    voxel++;
                }
            }
        });
        var planesBelow = checked((int)sizes.CoarseShape[0]);
        WorkSharing.For(sizes.Samples * planesBelow, item => Gather(planes, coarse, plane, depth, item / planesBelow, item % planesBelow, planesBelow));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(byte* map, nint from, int channels, float* to, float weight)
    {
        var k = 0;
        for (; k <= channels - Lanes; k += Lanes)
        {
            Vector512.FusedMultiplyAdd(T.Load(map, from + k), Vector512.Create(weight), Vector512.Load(to + k)).Store(to + k);
        }

        for (; k < channels; k++)
        {
            to[k] += T.Get(map, from + k) * weight;
        }
    }

    /// <summary>One coarse plane: the weighted sum of the fine planes it lies beside.</summary>
    private static void Gather(float* planes, byte* coarse, nint plane, LinearTap[] depth, int sample, int below, int planesBelow)
    {
        var to = ((nint)(sample * planesBelow) + below) * plane;
        // Sums stay in the cache of one core, and are rounded to the map's kind once.
        const int Block = 1024;
        var sum = stackalloc float[Block];
        for (nint start = 0; start < plane; start += Block)
        {
            var length = (int)Math.Min(Block, plane - start);
            new Span<float>(sum, length).Clear();
            for (var z = 0; z < depth.Length; z++)
            {
                var weight = (depth[z].First == below ? depth[z].FirstWeight : 0) + (depth[z].Second == below ? depth[z].SecondWeight : 0);
                if (weight != 0)
                {
                    Scatter32(planes + ((nint)((sample * depth.Length) + z) * plane) + start, length, sum, weight);
                }
            }

            var k = 0;
            for (; k <= length - Lanes; k += Lanes)
            {
                T.Store(coarse, to + start + k, Vector512.Load(sum + k));
            }

            for (; k < length; k++)
            {
                T.Set(coarse, to + start + k, sum[k]);
            }
        }
    }

    private static void Scatter32(float* from, int length, float* to, float weight) => JoinKernel<Single32>.Scatter((byte*)from, 0, length, to, weight);

    private static (LinearTap[] Depth, LinearTap[] Height, LinearTap[] Width) Taps(JoinSizes sizes) => (
        LinearTap.Of(sizes.FineShape[0], sizes.CoarseShape[0]),
        LinearTap.Of(sizes.FineShape[1], sizes.CoarseShape[1]),
        LinearTap.Of(sizes.FineShape[2], sizes.CoarseShape[2]));
}
