using Hermes.Imaging.Volumes;
using Hermes.Model.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class IntensityAugmentationTests
{
    private static readonly GridSize Cube = new(32, 32, 32);
    private static readonly GridSize Box = new(5, 7, 9);

    /// <summary>The six changes in their order, written out in double precision as the method states them.</summary>
    private static readonly (string Name, Change Change)[] Changes =
    [
        ("multiply", Multiply), ("add", Add), ("gamma", Gamma), ("contrast", Contrast), ("blur", Blur), ("noise", Noise),
    ];

    private delegate double[] Change(double[] patch, ref CounterGenerator generator);

    [Theory]
    [InlineData("multiply")]
    [InlineData("add")]
    [InlineData("gamma")]
    [InlineData("contrast")]
    [InlineData("blur")]
    [InlineData("noise")]
    public void Each_change_equals_its_formula(string name)
    {
        const double Probability = 0.2;
        var found = 0;
        for (ulong sample = 0; found < 3; sample++)
        {
            (var expected, var applied) = Expected(Probability, new CounterGenerator(5, 0, sample));
            if (applied is not [var only] || only != name)
            {
                continue;
            }

            var patch = Values(Box);
            var generator = new CounterGenerator(5, 0, sample);
            IntensityAugmentation.Apply(patch, Box, Probability, ref generator);

            Close(expected, patch, 2e-5);
            Assert.NotEqual(Values(Box), patch);
            found++;
        }
    }

    [Fact]
    public void All_changes_follow_each_other_in_the_published_order()
    {
        for (ulong sample = 0; sample < 20; sample++)
        {
            (var expected, var applied) = Expected(1, new CounterGenerator(6, 0, sample));
            var patch = Values(Box);
            var generator = new CounterGenerator(6, 0, sample);

            IntensityAugmentation.Apply(patch, Box, 1, ref generator);

            Assert.Equal(Changes.Select(change => change.Name), applied);
            Close(expected, patch, 5e-4);
        }
    }

    [Fact]
    public void Each_change_happens_by_itself_with_the_probability_given()
    {
        const int Samples = 4000;
        var counts = Changes.ToDictionary(change => change.Name, _ => 0);
        var together = 0;
        for (ulong sample = 0; sample < Samples; sample++)
        {
            var applied = Expected(0.2, new CounterGenerator(7, 0, sample)).Applied;
            applied.ForEach(name => counts[name]++);
            together += applied.Contains("multiply") && applied.Contains("noise") ? 1 : 0;
        }

        Assert.All(counts.Values, count => Assert.Equal(0.2, (double)count / Samples, 0.025));
        Assert.Equal(0.04, (double)together / Samples, 0.012);
    }

    [Fact]
    public void Gamma_keeps_mean_and_deviation()
    {
        var patch = Values(Cube);
        (var mean, var deviation) = Moments(patch);

        IntensityAugmentation.Gamma(patch, 0.75f);

        Assert.Equal(mean, Moments(patch).Mean, 1e-4);
        Assert.Equal(deviation, Moments(patch).Deviation, 1e-4);
        Assert.NotEqual(Values(Cube), patch);
    }

    [Fact]
    public void A_patch_of_one_value_survives_every_change()
    {
        float[] patch = [.. Enumerable.Repeat(0.5f, Box.VoxelCount)];
        var generator = new CounterGenerator(1, 1, 1);

        IntensityAugmentation.Apply(patch, Box, 1, ref generator);

        Assert.All(patch, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Contrast_keeps_the_mean_near_and_never_leaves_the_range()
    {
        var patch = Values(Cube);
        (var low, var high) = (patch.Min(), patch.Max());

        IntensityAugmentation.Contrast(patch, 1.3f);

        Assert.InRange(patch.Min(), low, high);
        Assert.InRange(patch.Max(), low, high);
        Assert.True(Moments(patch).Deviation > 1.1 * Moments(Values(Cube)).Deviation);
    }

    [Fact]
    public void Blur_equals_a_convolution()
    {
        using var scope = NewDisposeScope();
        var patch = Values(Box);
        var sigma = 0.8;
        var radius = (int)Math.Ceiling(3 * sigma);
        var line = exp(-arange(-radius, radius + 1).to(ScalarType.Float64).square() / (2 * sigma * sigma));
        line /= line.sum();
        var kernel = einsum("i,j,k->ijk", line, line, line).to(ScalarType.Float32).view(1, 1, 2 * radius + 1, 2 * radius + 1, 2 * radius + 1);
        var expected = functional.conv3d(tensor(patch, [1, 1, 5, 7, 9]), kernel, padding: [radius, radius, radius]).flatten().data<float>().ToArray();

        IntensityAugmentation.Blur(patch, Box, sigma);

        Assert.True(expected.Zip(patch, (a, b) => Math.Abs(a - b)).Max() < 1e-5);
    }

    [Fact]
    public void With_probability_zero_nothing_changes_and_with_one_everything_does()
    {
        var patch = Values(Cube);
        var generator = new CounterGenerator(1, 1, 1);
        IntensityAugmentation.Apply(patch, Cube, 0, ref generator);
        Assert.Equal(Values(Cube), patch);

        IntensityAugmentation.Apply(patch, Cube, 1, ref generator);
        Assert.All(patch, value => Assert.True(float.IsFinite(value)));
        Assert.True(patch.Zip(Values(Cube), (a, b) => a == b ? 1 : 0).Sum() < 10);
    }

    private static (double[] Patch, List<string> Applied) Expected(double probability, CounterGenerator generator)
    {
        double[] patch = [.. Values(Box).Select(value => (double)value)];
        var applied = new List<string>();
        foreach ((var name, var change) in Changes)
        {
            if (generator.NextDouble() < probability)
            {
                applied.Add(name);
                patch = change(patch, ref generator);
            }
        }

        return (patch, applied);
    }

    private static double[] Multiply(double[] patch, ref CounterGenerator generator)
    {
        var factor = generator.Uniform(0.7, 1.3);
        return [.. patch.Select(value => factor * value)];
    }

    private static double[] Add(double[] patch, ref CounterGenerator generator)
    {
        var offset = 0.1 * generator.Normals().First;
        return [.. patch.Select(value => value + offset)];
    }

    private static double[] Gamma(double[] patch, ref CounterGenerator generator)
    {
        var gamma = generator.Uniform(0.7, 1.5);
        double low = patch.Min(), high = patch.Max();
        double[] bent = [.. patch.Select(value => Math.Pow((value - low) / (high - low), gamma))];
        (var mean, var deviation) = Moments(patch);
        (var bentMean, var bentDeviation) = Moments(bent);
        return [.. bent.Select(value => (value - bentMean) / bentDeviation * deviation + mean)];
    }

    private static double[] Contrast(double[] patch, ref CounterGenerator generator)
    {
        var factor = generator.Uniform(0.7, 1.3);
        double mean = patch.Average(), low = patch.Min(), high = patch.Max();
        return [.. patch.Select(value => Math.Clamp((value - mean) * factor + mean, low, high))];
    }

    private static double[] Blur(double[] patch, ref CounterGenerator generator)
    {
        var sigma = generator.Uniform(0.5, 1.0);
        var radius = (int)Math.Ceiling(3 * sigma);
        double Bell(int distance) => Math.Exp(-0.5 * distance * distance / (sigma * sigma));
        var whole = Math.Pow(Enumerable.Range(-radius, 2 * radius + 1).Sum(Bell), 3);
        double At(int z, int y, int x) => z >= 0 && z < Box.Depth && y >= 0 && y < Box.Height && x >= 0 && x < Box.Width ? patch[(z * Box.Height + y) * Box.Width + x] : 0;
        var around = Enumerable.Range(-radius, 2 * radius + 1).ToList();
        return
        [
            .. from z in Enumerable.Range(0, Box.Depth)
               from y in Enumerable.Range(0, Box.Height)
               from x in Enumerable.Range(0, Box.Width)
               select (from dz in around from dy in around from dx in around select Bell(dz) * Bell(dy) * Bell(dx) * At(z + dz, y + dy, x + dx)).Sum() / whole,
        ];
    }

    private static double[] Noise(double[] patch, ref CounterGenerator generator)
    {
        var deviation = generator.Uniform(0, 0.1);
        var noisy = new double[patch.Length + 1];
        for (var i = 0; i < patch.Length; i += 2)
        {
            (noisy[i], noisy[i + 1]) = generator.Normals();
        }

        return [.. patch.Select((value, i) => value + deviation * noisy[i])];
    }

    private static void Close(double[] expected, float[] found, double tolerance) =>
        Assert.True(expected.Zip(found, (a, b) => Math.Abs(a - b)).Max() < tolerance, $"largest difference {expected.Zip(found, (a, b) => Math.Abs(a - b)).Max()}");

    private static float[] Values(GridSize size) => [.. Enumerable.Range(0, size.VoxelCount).Select(i => (float)Math.Sin(i * 0.37) + 0.2f * (i % 11))];

    private static (double Mean, double Deviation) Moments(float[] values) => Moments([.. values.Select(v => (double)v)]);

    private static (double Mean, double Deviation) Moments(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)));
    }
}
