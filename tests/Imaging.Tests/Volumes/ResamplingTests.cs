using CsCheck;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Volumes;

public sealed class ResamplingTests
{
    private static readonly Gen<ResampledAxis> Axis =
        from size in Gen.Int[1, 45]
        from spacing in Gen.Double[0.5, 5]
        from target in Gen.Double[0.5, 5]
        select ResampledAxis.Between(size, spacing, target);

    [Fact]
    public void Both_grids_share_their_centre_and_the_size_is_rounded() =>
        Gen.Select(Gen.Int[1, 500], Gen.Double[0.3, 6], Gen.Double[0.3, 6]).Sample((size, spacing, target) =>
        {
            var axis = ResampledAxis.Between(size, spacing, target);
            Assert.True(axis.TargetSize == 1 || Math.Abs(axis.TargetSize - size * spacing / target) <= 0.5 + 1e-9);
            Assert.Equal((size - 1) / 2.0, axis.ToSource((axis.TargetSize - 1) / 2.0), 9);
            Assert.Equal(target, (axis.ToSource(1) - axis.ToSource(0)) * spacing, 9);
            Assert.Equal(17.25, axis.ToTarget(axis.ToSource(17.25)), 9);
        });

    [Fact]
    public void Cubic_splines_equal_the_solution_of_their_linear_system() =>
        Gen.Select(Axis, Axis, Axis, Gen.Int[0, 100_000]).Sample((depth, height, width, seed) =>
        {
            var random = new Random(seed);
            var voxels = new float[depth.SourceSize * height.SourceSize * width.SourceSize];
            for (var n = 0; n < voxels.Length; n++)
            {
                voxels[n] = random.NextSingle() * 2 - 1;
            }

            var expected = SolvedAlong(voxels.Select(v => (double)v).ToArray(), depth, height.SourceSize * width.SourceSize);
            expected = SolvedAlong(expected, height, width.SourceSize);
            expected = SolvedAlong(expected, width, 1);

            var actual = Resampling.CubicBSpline(voxels, depth, height, width);

            Assert.Equal(expected.Length, actual.Length);
            for (var n = 0; n < actual.Length; n++)
            {
                Assert.Equal(expected[n], actual[n], 2e-5);
            }
        }, iter: 60);

    [Fact]
    public void A_spline_passes_through_the_voxels_it_was_made_from()
    {
        // Half the spacing and an odd number of voxels: no target voxel meets a source voxel; a third: every source voxel is met.
        var axis = ResampledAxis.Between(11, 3, 1);
        var one = new ResampledAxis(1, 1, 1);
        float[] line = [3, -1, 4, 1, -5, 9, 2, -6, 5, 3, 5];

        var fine = Resampling.CubicBSpline(line, one, one, axis);

        for (var n = 0; n < line.Length; n++)
        {
            Assert.Equal(line[n], fine[(int)Math.Round(axis.ToTarget(n))], 1e-5);
        }
    }

    [Fact]
    public async Task The_result_does_not_depend_on_the_number_of_threads()
    {
        var random = new Random(7);
        var voxels = Enumerable.Range(0, 37 * 29 * 23).Select(_ => random.NextSingle()).ToArray();
        ResampledAxis d = ResampledAxis.Between(37, 2, 1.5), h = ResampledAxis.Between(29, 1, 1.5), w = ResampledAxis.Between(23, 0.9, 1.5);

        var parallel = Resampling.CubicBSpline(voxels, d, h, w);
        // On a scheduler of one thread, Parallel.For has a single worker.
        var scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 1).ExclusiveScheduler;
        var alone = await Task.Factory.StartNew(() => Resampling.CubicBSpline(voxels, d, h, w), CancellationToken.None, TaskCreationOptions.None, scheduler);

        Assert.Equal(parallel, alone);
    }

    [Fact]
    public void An_axis_whose_spacing_is_the_target_is_not_touched()
    {
        var axis = ResampledAxis.Between(9, 1.5, 1.5 + 1e-8);
        var voxels = Enumerable.Range(0, 9).Select(n => n * 0.1f).ToArray();
        var one = new ResampledAxis(1, 1, 1);

        Assert.True(axis.IsIdentity);
        Assert.Same(voxels, Resampling.CubicBSpline(voxels, one, one, axis));
    }

    [Fact]
    public void Nearest_takes_the_voxel_that_contains_the_position() =>
        Axis.Sample(axis =>
        {
            var indices = Resampling.NearestIndices(axis);
            for (var n = 0; n < indices.Length; n++)
            {
                Assert.InRange(Math.Abs(axis.ToSource(n) - indices[n]), 0, 0.5 + Math.Max(0, axis.Step / 4 + 0.5));
                Assert.InRange(Math.Abs(Math.Clamp(axis.ToSource(n), 0, axis.SourceSize - 1) - indices[n]), 0, 0.5 + 1e-9);
            }
        });

    [Fact]
    public void Linear_weights_reproduce_a_ramp() =>
        Axis.Sample(axis =>
        {
            var weights = Resampling.LinearWeightsToSource(axis);
            for (var n = 0; n < weights.Length; n++)
            {
                var expected = Math.Clamp(axis.ToTarget(n), 0, axis.TargetSize - 1);
                Assert.Equal(expected, weights[n].Lower + weights[n].Weight * (weights[n].Upper - (double)weights[n].Lower), 1e-5);
                Assert.InRange(weights[n].Weight, 0, 1);
            }
        });

    /// <summary>Coefficients by Gaussian elimination of (c[n-1] + 4 c[n] + c[n+1]) / 6 = s[n] with mirrored ends, in doubles.</summary>
    private static double[] SolvedAlong(double[] source, ResampledAxis axis, int inner)
    {
        int n = axis.SourceSize, lines = source.Length / n;
        if (axis.IsIdentity)
        {
            return source;
        }

        var result = new double[lines * axis.TargetSize];
        for (var line = 0; line < lines; line++)
        {
            int outer = line / inner, at = line % inner;
            var c = new double[n];
            double[] diagonal = new double[n], upper = new double[n];
            for (var k = 0; k < n; k++)
            {
                c[k] = 6 * source[(outer * n + k) * inner + at];
                diagonal[k] = 4;
                upper[k] = k == 0 ? 2 : 1;
            }

            if (n == 1)
            {
                c[0] /= 6;
            }
            else
            {
                for (var k = 1; k < n; k++)
                {
                    var factor = (k == n - 1 ? 2 : 1) / diagonal[k - 1];
                    diagonal[k] -= factor * upper[k - 1];
                    c[k] -= factor * c[k - 1];
                }

                c[n - 1] /= diagonal[n - 1];
                for (var k = n - 2; k >= 0; k--)
                {
                    c[k] = (c[k] - upper[k] * c[k + 1]) / diagonal[k];
                }
            }

            for (var t = 0; t < axis.TargetSize; t++)
            {
                var x = axis.ToSource(t);
                var sum = 0.0;
                for (var k = (int)Math.Floor(x) - 2; k <= (int)Math.Floor(x) + 3; k++)
                {
                    var mirrored = k;
                    while (n > 1 && (mirrored < 0 || mirrored >= n))
                    {
                        mirrored = mirrored < 0 ? -mirrored : 2 * (n - 1) - mirrored;
                    }

                    sum += Kernel(Math.Abs(x - k)) * c[n == 1 ? 0 : mirrored];
                }

                result[(outer * axis.TargetSize + t) * inner + at] = sum;
            }
        }

        return result;
    }

    private static double Kernel(double x) => x < 1 ? 2 / 3.0 - x * x + x * x * x / 2 : x < 2 ? (2 - x) * (2 - x) * (2 - x) / 6 : 0;
}
