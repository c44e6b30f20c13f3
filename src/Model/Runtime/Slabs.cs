using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hermes.Model.Runtime;

/// <summary>Size of a channels-last map.</summary>
/// <param name="Samples">B.</param>
/// <param name="Channels">C.</param>
/// <param name="Voxels">D * H * W.</param>
internal readonly record struct MapSize(int Samples, int Channels, long Voxels);

/// <summary>
/// A channels-last map cut into slabs of whole voxels, several per sample. The cut depends on the size alone.
/// Vectors walk a slab with a period after which lanes meet the same channels again.
/// </summary>
internal sealed unsafe class Slabs
{
    private const int Lanes = 16;
    private const int SlabNumbers = 1 << 16;
    private readonly int _perSample;
    private readonly long _slabLength;

    public Slabs(MapSize size)
    {
        Size = size;
        var common = (int)BigInteger.GreatestCommonDivisor(size.Channels, Lanes);
        Period = size.Channels / common * Lanes;
        Chunk = (nint)Math.Clamp(8192 / Period, 8, 256) * Period;
        var numbers = checked(size.Voxels * size.Channels);
        long periods = Math.Max(1, SlabNumbers / Period);
        _slabLength = periods * Period;
        _perSample = (int)((numbers + _slabLength - 1) / _slabLength);
    }

    public MapSize Size { get; }

    /// <summary>Numbers after which a vector lane meets the same channel again: the least common multiple of channels and lanes.</summary>
    public int Period { get; }

    /// <summary>Numbers that are summed in vectors before their lanes are put together.</summary>
    public nint Chunk { get; }

    /// <summary>Index of a sample's first number.</summary>
    public nint Start(int sample) => (nint)(sample * Size.Voxels * Size.Channels);

    /// <summary>First and past-last index of a slab's numbers.</summary>
    public (nint Start, nint End) Range(int sample, int slab)
    {
        var numbers = Size.Voxels * Size.Channels;
        return (Start(sample) + (nint)(slab * _slabLength), Start(sample) + (nint)Math.Min(numbers, (slab + 1) * _slabLength));
    }

    /// <summary>Runs every slab.</summary>
    public void ForEach(Action<int, int> body) =>
        WorkSharing.For(Size.Samples * _perSample, item => body(item / _perSample, item % _perSample));

    /// <summary>Sums two numbers per channel over the slabs of each sample, in slab order: [B, 2, C].</summary>
    public double[] Sum(SlabSum body)
    {
        var width = 2 * Size.Channels;
        var parts = new double[Size.Samples * _perSample * width];
        WorkSharing.For(Size.Samples * _perSample, item => body(item / _perSample, item % _perSample, parts.AsSpan(item * width, width)));
        var sums = new double[Size.Samples * width];
        for (var part = 0; part < Size.Samples * _perSample; part++)
        {
            for (var i = 0; i < width; i++)
            {
                sums[(part / _perSample * width) + i] += parts[(part * width) + i];
            }
        }

        return sums;
    }

    /// <summary>Adds the lanes of two sums to their channels; lane 0 belongs to the number <paramref name="lane"/> of the period.</summary>
    public void Fold<T>(Vector512<T> first, Vector512<T> second, int lane, Span<double> into)
        where T : struct, INumber<T>
    {
        for (var i = 0; i < Vector512<T>.Count; i++)
        {
            var channel = (lane + i) % Size.Channels;
            into[channel] += double.CreateTruncating(first[i]);
            into[Size.Channels + channel] += double.CreateTruncating(second[i]);
        }
    }

    /// <summary>Repeats a sample's two rows of [B, 2, C] numbers over one period.</summary>
    public void Spread(float* rows, int sample, float* first, float* second)
    {
        var row = rows + (2L * sample * Size.Channels);
        for (var i = 0; i < Period; i++)
        {
            first[i] = row[i % Size.Channels];
            second[i] = row[Size.Channels + (i % Size.Channels)];
        }
    }

    /// <summary>Adds a slab's two sums per channel to <paramref name="into"/> [2, C].</summary>
    public delegate void SlabSum(int sample, int slab, Span<double> into);
}
