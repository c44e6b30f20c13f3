using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;

namespace Hermes.Model.Training;

/// <summary>
/// The linear part of a random affine (docs/method.md, Augmentation) in voxels, about the patch's centre: where in the source an output voxel lies.
/// The published method turns in normalised coordinates of a cubic block; voxels are the same for a cube and do not shear other boxes.
/// </summary>
/// <param name="Rows">3 × 3 in [D, H, W] order, row-major.</param>
internal readonly record struct SpatialTransform(double[] Rows)
{
    public static SpatialTransform Draw(AugmentationConfiguration configuration, ref CounterGenerator generator)
    {
        // Angles and factors are listed [D, H, W]; the composition below is written for (x, y, z) = (W, H, D).
        Span<double> angle = stackalloc double[3], factor = stackalloc double[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var most = configuration.Rotate[2 - axis];
            angle[axis] = generator.Between(-most, most) * Math.PI / 180;
            var scale = configuration.Scale[2 - axis];
            factor[axis] = generator.Uniform(1 - scale, 1 / (1 - scale));
        }

        var s = configuration.Shear;
        double Shear(ref CounterGenerator g) => g.Uniform(-s, s);
        double[] stretch =
        [
            factor[0], Shear(ref generator), Shear(ref generator),
            Shear(ref generator), factor[1], Shear(ref generator),
            Shear(ref generator), Shear(ref generator), factor[2],
        ];
        (var sx, var cx) = Math.SinCos(angle[0]);
        (var sy, var cy) = Math.SinCos(angle[1]);
        (var sz, var cz) = Math.SinCos(angle[2]);
        var about = Multiply(Multiply([1, 0, 0, 0, cx, -sx, 0, sx, cx], [cy, 0, -sy, 0, 1, 0, sy, 0, cy]), [cz, -sz, 0, sz, cz, 0, 0, 0, 1]);
        var xyz = Multiply(about, stretch);
        var zyx = new double[9];
        for (var i = 0; i < 9; i++)
        {
            zyx[i] = xyz[8 - i];
        }

        return new SpatialTransform(zyx);
    }

    /// <summary>The transform that these numbers are in the normalised coordinates of a block, as in the published code: of a block that is no cube, another one.</summary>
    public SpatialTransform InNormalisedCoordinates(GridSize block)
    {
        double[] half = [(block.Depth - 1) / 2.0, (block.Height - 1) / 2.0, (block.Width - 1) / 2.0];
        return new SpatialTransform([.. Rows.Select((value, at) => value * half[at / 3] / half[at % 3])]);
    }

    private static double[] Multiply(double[] a, double[] b)
    {
        var product = new double[9];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
            {
                product[3 * row + column] = a[3 * row] * b[column] + a[3 * row + 1] * b[3 + column] + a[3 * row + 2] * b[6 + column];
            }
        }

        return product;
    }
}
