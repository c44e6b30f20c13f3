using System.Numerics;
using System.Runtime.InteropServices;
using Hermes.Imaging.Volumes;

namespace Hermes.Model.Training;

/// <summary>The six random intensity changes of docs/method.md, Augmentation, in their order, each with the same probability.</summary>
internal static class IntensityAugmentation
{
    public static void Apply(Span<float> patch, GridSize size, double probability, ref CounterGenerator generator)
    {
        if (generator.Chance(probability))
        {
            Linear(patch, (float)generator.Uniform(0.7, 1.3), 0);
        }

        if (generator.Chance(probability))
        {
            Linear(patch, 1, (float)(0.1 * generator.Normals().First));
        }

        if (generator.Chance(probability))
        {
            Gamma(patch, (float)generator.Uniform(0.7, 1.5));
        }

        if (generator.Chance(probability))
        {
            Contrast(patch, (float)generator.Uniform(0.7, 1.3));
        }

        if (generator.Chance(probability))
        {
            Blur(patch, size, generator.Uniform(0.5, 1.0));
        }

        if (generator.Chance(probability))
        {
            Noise(patch, generator.Uniform(0, 0.1), ref generator);
        }
    }

    private static void Linear(Span<float> patch, float factor, float offset)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(patch);
        Vector<float> add = new(offset);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = vectors[i] * factor + add;
        }

        foreach (ref var value in patch[(vectors.Length * Vector<float>.Count)..])
        {
            value = value * factor + offset;
        }
    }

    /// <summary>A power of the range-scaled values, brought back to the mean and (unbiased) deviation from before.</summary>
    internal static void Gamma(Span<float> patch, float gamma)
    {
        (var low, var high, var mean, var deviation) = Moments(patch);
        if (!(high > low))
        {
            return;
        }

        var scale = 1 / (high - low);
        foreach (ref var value in patch)
        {
            value = MathF.Pow((value - low) * scale, gamma);
        }

        (_, _, var newMean, var newDeviation) = Moments(patch);
        var factor = newDeviation > 0 ? deviation / newDeviation : 0;
        Linear(patch, (float)factor, (float)(mean - newMean * factor));
    }

    internal static void Contrast(Span<float> patch, float factor)
    {
        (var low, var high, var mean, _) = Moments(patch);
        Linear(patch, factor, (float)(mean * (1 - factor)));
        foreach (ref var value in patch)
        {
            value = Math.Clamp(value, low, high);
        }
    }

    /// <summary>Separable Gaussian blur; outside the patch is zero.</summary>
    internal static void Blur(Span<float> patch, GridSize size, double sigma)
    {
        var radius = (int)Math.Ceiling(3 * sigma);
        var kernel = new float[2 * radius + 1];
        double sum = 0;
        for (var i = -radius; i <= radius; i++)
        {
            sum += Math.Exp(-i * i / (2 * sigma * sigma));
        }

        for (var i = -radius; i <= radius; i++)
        {
            kernel[i + radius] = (float)(Math.Exp(-i * i / (2 * sigma * sigma)) / sum);
        }

        var source = new float[patch.Length];
        var plane = size.Height * size.Width;
        BlurAxis(patch, source, kernel, size.Depth, plane, 1, 0);
        BlurAxis(patch, source, kernel, size.Height, size.Width, size.Depth, plane);
        BlurAxis(patch, source, kernel, size.Width, 1, size.Depth * size.Height, size.Width);
    }

    /// <summary>Blurs along an axis of <paramref name="length"/> entries, <paramref name="stride"/> apart, in each of <paramref name="blocks"/> blocks.</summary>
    private static void BlurAxis(Span<float> patch, float[] source, float[] kernel, int length, int stride, int blocks, int blockStride)
    {
        patch.CopyTo(source);
        patch.Clear();
        var radius = kernel.Length / 2;
        for (var block = 0; block < blocks; block++)
        {
            for (var at = 0; at < length; at++)
            {
                var target = patch.Slice(block * blockStride + at * stride, stride);
                for (var k = Math.Max(-radius, -at); k <= Math.Min(radius, length - 1 - at); k++)
                {
                    AddScaled(target, source.AsSpan(block * blockStride + (at + k) * stride, stride), kernel[k + radius]);
                }
            }
        }
    }

    private static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        var terms = MemoryMarshal.Cast<float, Vector<float>>(source);
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] += terms[i] * factor;
        }

        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
        {
            target[i] += source[i] * factor;
        }
    }

    private static void Noise(Span<float> patch, double deviation, ref CounterGenerator generator)
    {
        for (var i = 0; i < patch.Length; i += 2)
        {
            (var first, var second) = generator.Normals();
            patch[i] += (float)(deviation * first);
            if (i + 1 < patch.Length)
            {
                patch[i + 1] += (float)(deviation * second);
            }
        }
    }

    private static (float Low, float High, double Mean, double Deviation) Moments(ReadOnlySpan<float> patch)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        double sum = 0, squares = 0;
        foreach (var value in patch)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
            sum += value;
            squares += (double)value * value;
        }

        var mean = sum / patch.Length;
        return (low, high, mean, Math.Sqrt(Math.Max(0, squares - patch.Length * mean * mean) / Math.Max(1, patch.Length - 1)));
    }
}
