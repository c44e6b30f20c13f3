using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class AugmentationTests
{
    private static readonly GridSize Cube = new(32, 32, 32);

    [Fact]
    public void Without_rotation_scale_and_shear_the_transform_is_the_identity()
    {
        var still = new AugmentationConfiguration { Rotate = [0, 0, 0], Scale = [0, 0, 0], Shear = 0 };
        var generator = new CounterGenerator(1, 2, 3);

        Assert.Equal([1.0, 0, 0, 0, 1, 0, 0, 0, 1], SpatialTransform.Draw(still, ref generator).Rows);
    }

    /// <summary>In a cube, voxels about the centre and normalised coordinates are the same thing, so libtorch's sampler is the reference.</summary>
    [Fact]
    public void A_transformed_patch_equals_grid_sample()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        using var scope = NewDisposeScope();
        var draw = new PatchDraw(cases.Datasets[0], cases.Datasets[0].Training[0], 1, 0, 5);
        var generator = new CounterGenerator(9, 0, 0);
        var transform = SpatialTransform.Draw(new AugmentationConfiguration(), ref generator);
        (var image, var labels) = (new float[Cube.VoxelCount], new ushort[Cube.VoxelCount]);
        (var straight, var straightLabels) = (new float[Cube.VoxelCount], new ushort[Cube.VoxelCount]);

        // No margin: beyond the patch there is nothing, as for grid_sample on the patch.
        new PatchCutter(Cube, new GridSize(0, 0, 0)).Cut(draw, transform, image, labels);
        PatchCutter.Cut(draw, Cube, straight, straightLabels);

        var m = transform.Rows;
        var theta = tensor(new[]
        {
            (float)m[8], (float)m[7], (float)m[6], 0, (float)m[5], (float)m[4], (float)m[3], 0, (float)m[2], (float)m[1], (float)m[0], 0,
        }, [1, 3, 4]);
        var grid = functional.affine_grid(theta, [1, 1, 32, 32, 32], align_corners: true);
        var expected = functional.grid_sample(
            tensor(straight, [1, 1, 32, 32, 32]), grid, mode: GridSampleMode.Bilinear, padding_mode: GridSamplePaddingMode.Zeros, align_corners: true)
            .flatten().data<float>().ToArray();
        var expectedLabels = functional.grid_sample(
            tensor(straightLabels.Select(label => (float)label).ToArray(), [1, 1, 32, 32, 32]),
            grid,
            mode: GridSampleMode.Nearest,
            padding_mode: GridSamplePaddingMode.Zeros,
            align_corners: true)
            .flatten().data<float>().ToArray();
        Assert.True(expected.Zip(image, (a, b) => Math.Abs(a - b)).Max() < 1e-3);
        // A sample exactly between two voxels may go either way.
        Assert.True(expectedLabels.Zip(labels, (a, b) => a == b ? 0 : 1).Sum() < 20);
        Assert.Contains(labels, label => label == 1);
    }

    [Fact]
    public void Beyond_the_patch_the_transform_reads_the_volume()
    {
        var configuration = PreparedCases.Configuration();
        using var cases = new PreparedCases(configuration);
        var draw = new PatchDraw(cases.Datasets[0], cases.Datasets[0].Training[0], 0, 0, 4);
        var moved = new SpatialTransform([1, 0, 0, 0, 1, 0, 0, 0, 1.2]);
        float[] free = new float[Cube.VoxelCount], bounded = new float[Cube.VoxelCount];
        var labels = new ushort[Cube.VoxelCount];

        new PatchCutter(Cube, null).Cut(draw, moved, free, labels);
        new PatchCutter(Cube, new GridSize(0, 0, 0)).Cut(draw, moved, bounded, labels);

        Assert.Equal(0, bounded[0]);
        Assert.NotEqual(0, free[0]);
        Assert.Equal(free[16 * 32 * 32 + 16 * 32 + 16], bounded[16 * 32 * 32 + 16 * 32 + 16]);
    }

    [Fact]
    public void Gamma_keeps_mean_and_deviation()
    {
        var patch = Values();
        (var mean, var deviation) = Moments(patch);

        IntensityAugmentation.Gamma(patch, 0.75f);

        Assert.Equal(mean, Moments(patch).Mean, 1e-4);
        Assert.Equal(deviation, Moments(patch).Deviation, 1e-4);
        Assert.NotEqual(Values(), patch);
    }

    [Fact]
    public void Contrast_keeps_the_mean_near_and_never_leaves_the_range()
    {
        var patch = Values();
        (var low, var high) = (patch.Min(), patch.Max());

        IntensityAugmentation.Contrast(patch, 1.3f);

        Assert.InRange(patch.Min(), low, high);
        Assert.InRange(patch.Max(), low, high);
        Assert.True(Moments(patch).Deviation > 1.1 * Moments(Values()).Deviation);
    }

    [Fact]
    public void Blur_equals_a_convolution()
    {
        using var scope = NewDisposeScope();
        var size = new GridSize(5, 7, 9);
        var patch = Values()[..size.VoxelCount];
        var sigma = 0.8;
        var radius = (int)Math.Ceiling(3 * sigma);
        var line = exp(-arange(-radius, radius + 1).to(ScalarType.Float64).square() / (2 * sigma * sigma));
        line /= line.sum();
        var kernel = einsum("i,j,k->ijk", line, line, line).to(ScalarType.Float32).view(1, 1, 2 * radius + 1, 2 * radius + 1, 2 * radius + 1);
        var expected = functional.conv3d(tensor(patch, [1, 1, 5, 7, 9]), kernel, padding: [radius, radius, radius]).flatten().data<float>().ToArray();

        IntensityAugmentation.Blur(patch, size, sigma);

        Assert.True(expected.Zip(patch, (a, b) => Math.Abs(a - b)).Max() < 1e-5);
    }

    [Fact]
    public void With_probability_zero_nothing_changes_and_with_one_everything_does()
    {
        var patch = Values();
        var generator = new CounterGenerator(1, 1, 1);
        IntensityAugmentation.Apply(patch, Cube, 0, ref generator);
        Assert.Equal(Values(), patch);

        IntensityAugmentation.Apply(patch, Cube, 1, ref generator);
        Assert.All(patch, value => Assert.True(float.IsFinite(value)));
        Assert.True(patch.Zip(Values(), (a, b) => a == b ? 1 : 0).Sum() < 10);
    }

    [Fact]
    public void The_generator_is_uniform_and_normal()
    {
        var generator = new CounterGenerator(1, 2, 3);
        double[] uniform = [.. Enumerable.Range(0, 20_000).Select(_ => generator.NextDouble())];
        double[] normal = [.. Enumerable.Range(0, 20_000).Select(_ => generator.Normals().First)];

        Assert.Equal(0.5, uniform.Average(), 0.01);
        Assert.Equal(1 / Math.Sqrt(12), Moments(uniform).Deviation, 0.01);
        Assert.Equal(0, normal.Average(), 0.03);
        Assert.Equal(1, Moments(normal).Deviation, 0.03);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(generator.Between(-3, 4), -3, 3));
    }

    private static float[] Values() => [.. Enumerable.Range(0, Cube.VoxelCount).Select(i => (float)Math.Sin(i * 0.37) + 0.2f * (i % 11))];

    private static (double Mean, double Deviation) Moments(float[] values) => Moments([.. values.Select(v => (double)v)]);

    private static (double Mean, double Deviation) Moments(double[] values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)));
    }
}
