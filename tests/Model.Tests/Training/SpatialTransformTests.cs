using Hermes.Imaging.Configuration;
using Hermes.Model.Training;

namespace Hermes.Model.Tests.Training;

public sealed class SpatialTransformTests
{
    [Fact]
    public void Without_rotation_scale_and_shear_the_transform_is_the_identity()
    {
        var still = new AugmentationConfiguration { Rotate = [0, 0, 0], Scale = [0, 0, 0], Shear = 0 };
        var generator = new CounterGenerator(1, 2, 3);

        Assert.Equal([1.0, 0, 0, 0, 1, 0, 0, 0, 1], SpatialTransform.Draw(still, ref generator).Rows);
    }

    /// <summary>The published matrix is Rx·Ry·Rz·S in coordinates (x, y, z), of which x is the last axis of an array.</summary>
    [Fact]
    public void The_matrix_equals_its_formula()
    {
        for (ulong sample = 0; sample < 50; sample++)
        {
            var generator = new CounterGenerator(3, 1, sample);
            double[] angle = new double[3], scale = new double[3];
            for (var axis = 0; axis < 3; axis++)
            {
                angle[axis] = Math.PI / 180 * (generator.Below(60) - 30);
                scale[axis] = 0.7 + (1 / 0.7 - 0.7) * generator.NextDouble();
            }

            double[] shear = [.. Enumerable.Range(0, 6).Select(_ => -0.1 + 0.2 * generator.NextDouble())];
            double[] cos = [.. angle.Select(Math.Cos)], sin = [.. angle.Select(Math.Sin)];
            double[,] rx = { { 1, 0, 0 }, { 0, cos[0], -sin[0] }, { 0, sin[0], cos[0] } };
            double[,] ry = { { cos[1], 0, -sin[1] }, { 0, 1, 0 }, { sin[1], 0, cos[1] } };
            double[,] rz = { { cos[2], -sin[2], 0 }, { sin[2], cos[2], 0 }, { 0, 0, 1 } };
            double[,] s = { { scale[0], shear[0], shear[1] }, { shear[2], scale[1], shear[3] }, { shear[4], shear[5], scale[2] } };
            var theta = Product(Product(Product(rx, ry), rz), s);

            var drawn = new CounterGenerator(3, 1, sample);
            var rows = SpatialTransform.Draw(new AugmentationConfiguration(), ref drawn).Rows;

            for (var row = 0; row < 3; row++)
            {
                for (var column = 0; column < 3; column++)
                {
                    Assert.Equal(theta[2 - row, 2 - column], rows[3 * row + column], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Rotation_scale_and_shear_fill_their_ranges_and_stay_within()
    {
        var angles = new HashSet<int>();
        var (scales, shears) = (new List<double>(), new List<double>());
        for (ulong sample = 0; sample < 3000; sample++)
        {
            var generator = new CounterGenerator(4, 0, sample);
            var turned = SpatialTransform.Draw(new AugmentationConfiguration { Scale = [0, 0, 0], Rotate = [30, 0, 0], Shear = 0 }, ref generator).Rows;
            angles.Add((int)Math.Round(Math.Atan2(turned[7], turned[8]) * 180 / Math.PI, MidpointRounding.AwayFromZero));
            var other = new CounterGenerator(4, 1, sample);
            var stretched = SpatialTransform.Draw(new AugmentationConfiguration { Rotate = [0, 0, 0] }, ref other).Rows;
            scales.AddRange([stretched[0], stretched[4], stretched[8]]);
            shears.AddRange([stretched[1], stretched[2], stretched[3], stretched[5], stretched[6], stretched[7]]);
        }

        // Whole degrees from -30 to 29; which way is positive is a matter of the axes.
        Assert.Equal(60, angles.Count);
        Assert.True(angles.SetEquals(Enumerable.Range(-30, 60)) || angles.SetEquals(Enumerable.Range(-29, 60)));
        Assert.InRange(scales.Min(), 0.7, 0.71);
        Assert.InRange(scales.Max(), 1.42, 1 / 0.7);
        Assert.InRange(shears.Min(), -0.1, -0.099);
        Assert.InRange(shears.Max(), 0.099, 0.1);
    }

    private static double[,] Product(double[,] a, double[,] b)
    {
        var product = new double[3, 3];
        for (var i = 0; i < 9; i++)
        {
            for (var k = 0; k < 3; k++)
            {
                product[i / 3, i % 3] += a[i / 3, k] * b[k, i % 3];
            }
        }

        return product;
    }
}
