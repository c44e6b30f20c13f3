using CsCheck;
using Hermes.Imaging.Pictures;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Pictures;

public sealed class IntensityStatisticsTests
{
    [Fact]
    public void They_are_those_of_the_voxels_of_each_label() =>
        Gen.Select(Geometries.Oblique(1, 9), Gen.Int).Sample((geometry, seed) =>
        {
            var random = new Random(seed);
            var image = new Volume<float>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(_ => 30_000 + (float)random.NextDouble())]);
            var labels = new Volume<ushort>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(_ => (ushort)random.Next(4))]);

            var (whole, parts) = IntensityStatistics.Of(image, labels, [1, 3, 9]);

            Check(image.Voxels, whole);
            Assert.Equal(new ushort[] { 1, 3 }.Where(v => labels.Voxels.Contains(v)), parts.Keys);
            foreach (var (value, found) in parts)
            {
                Check([.. image.Voxels.Where((_, n) => labels.Voxels[n] == value)], found);
                Assert.Equal(
                    Enumerable.Range(0, geometry.VoxelCount).Any(n => labels.Voxels[n] == value && IsBorder(geometry, n)), found.IsCutOff);
            }
        });

    [Fact]
    public void An_image_of_one_value_has_no_deviation()
    {
        var image = new Volume<float>(Geometries.Of(3, 3, 3, new Point3(1, 1, 1), Orientation.Ras));

        Assert.Equal(new IntensityStatistics(27, 0, 0, 0, 0, 0, 0, 0, true), IntensityStatistics.Of(image, null, []).Image);
    }

    private static void Check(float[] voxels, IntensityStatistics found)
    {
        var sorted = voxels.Order().ToArray();
        var mean = voxels.Average(v => (double)v);
        var part = 1.01 / 1024;
        Assert.Equal((voxels.Length, sorted[0], sorted[^1]), (found.Voxels, (float)found.Minimum, (float)found.Maximum));
        Assert.Equal(mean, found.Mean, 4);
        Assert.Equal(Math.Sqrt(voxels.Average(v => (v - mean) * (v - mean))), found.StandardDeviation, 4);
        foreach (var (share, percentile) in new[] { (0.01, found.Percentile1), (0.5, found.Median), (0.99, found.Percentile99) })
        {
            Assert.InRange(percentile - sorted[Math.Max(0, (int)Math.Ceiling(share * voxels.Length) - 1)], -part, part);
        }
    }

    private static bool IsBorder(VolumeGeometry geometry, int n)
    {
        var (i, j, k) = (n % geometry.Width, n / geometry.Width % geometry.Height, n / geometry.Width / geometry.Height);
        return i == 0 || j == 0 || k == 0 || i == geometry.Width - 1 || j == geometry.Height - 1 || k == geometry.Depth - 1;
    }
}
