using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class PatchCutterTests
{
    private static readonly GridSize Cube = new(32, 32, 32);

    // No two of its marks are alike under any turn of a cube: a box that is long along rows, and a voxel of its own near one of its corners.
    private static readonly GridSize Whole = new(40, 36, 44);
    private const ushort Box = 1;
    private const ushort Corner = 2;

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

    /// <summary>A turn by a right angle takes voxels to voxels, so it is known without any interpolation where each mark has to lie.</summary>
    [Theory]
    [InlineData(0, 1, 2, 1, 1, 1)]
    [InlineData(0, 2, 1, 1, -1, 1)]
    [InlineData(2, 1, 0, 1, 1, -1)]
    [InlineData(1, 0, 2, -1, 1, 1)]
    [InlineData(2, 0, 1, 1, 1, 1)]
    public void A_turned_volume_has_its_marks_where_the_matrix_takes_them(int fromDepth, int fromHeight, int fromWidth, int signDepth, int signHeight, int signWidth)
    {
        using var cases = Marked();
        int[] from = [fromDepth, fromHeight, fromWidth], sign = [signDepth, signHeight, signWidth];
        var rows = new double[9];
        for (var axis = 0; axis < 3; axis++)
        {
            rows[3 * axis + from[axis]] = sign[axis];
        }

        (var image, var labels) = Cut(cases, new SpatialTransform(rows));

        // The output voxel p shows the source voxel whose axis a is p[from[a]], counted from the other end where the sign is negative.
        var seen = new HashSet<ushort>();
        ForEach((at, p) =>
        {
            int[] source = [.. Enumerable.Range(0, 3).Select(axis => sign[axis] > 0 ? p[from[axis]] : 31 - p[from[axis]])];
            var expected = Mark(source[0] + Start[0], source[1] + Start[1], source[2] + Start[2]);
            Assert.Equal(expected, labels[at]);
            Assert.Equal(Brightness(expected), image[at], 1e-3);
            seen.Add(labels[at]);
        });
        Assert.True(seen.SetEquals([(ushort)0, Box, Corner]));
    }

    [Theory]
    [InlineData("scale")]
    [InlineData("shear")]
    [InlineData("drawn")]
    public void Labels_are_those_of_the_nearest_source_voxel_and_the_image_moves_with_them(string kind)
    {
        using var cases = Marked();
        var generator = new CounterGenerator(8, 0, 3);
        var rows = kind switch
        {
            "scale" => (double[])[0.75, 0, 0, 0, 1.4, 0, 0, 0, 0.9],
            "shear" => [1, 0, 0.1, -0.1, 1, 0, 0, 0.1, 1],
            _ => SpatialTransform.Draw(new AugmentationConfiguration(), ref generator).Rows,
        };

        (var image, var labels) = Cut(cases, new SpatialTransform(rows));

        var (wrong, marked, inside) = (0, 0, 0);
        ForEach((at, p) =>
        {
            double[] source = [.. Enumerable.Range(0, 3).Select(axis => Start[axis] + 15.5 + Enumerable.Range(0, 3).Sum(k => rows[3 * axis + k] * (p[k] - 15.5)))];
            int[] nearest = [.. source.Select(s => (int)Math.Round(s))];
            var expected = Mark(nearest[0], nearest[1], nearest[2]);
            // Exactly between two voxels rounding decides.
            wrong += labels[at] == expected ? 0 : 1;
            marked += expected != 0 ? 1 : 0;

            // Where all eight voxels around the source are of one label, the image is that label's.
            ushort[] around = [.. Enumerable.Range(0, 8).Select(c =>
                Mark((int)Math.Floor(source[0]) + (c >> 2), (int)Math.Floor(source[1]) + (c >> 1 & 1), (int)Math.Floor(source[2]) + (c & 1)))];
            if (around.Distinct().Count() == 1 && around[0] != 0)
            {
                inside++;
                Assert.Equal(around[0], labels[at]);
                Assert.Equal(Brightness(around[0]), image[at], 1e-3);
            }
        });
        Assert.True(wrong <= 4, $"{wrong} labels are elsewhere");
        Assert.True(marked > 300 && inside > 50, $"{marked} marked, {inside} inside");
    }

    private static readonly int[] Start = [4, 2, 6];

    private static PreparedCases Marked()
    {
        var (image, labels) = (new float[Whole.VoxelCount], new ushort[Whole.VoxelCount]);
        for (int z = 0, n = 0; z < Whole.Depth; z++)
        {
            for (var y = 0; y < Whole.Height; y++)
            {
                for (var x = 0; x < Whole.Width; x++, n++)
                {
                    labels[n] = Mark(z, y, x);
                    image[n] = Brightness(labels[n]);
                }
            }
        }

        return new PreparedCases(PreparedCases.Configuration(), Whole, image, labels);
    }

    // In the volume; outside it nothing is marked.
    private static ushort Mark(int z, int y, int x) =>
        z is 13 && y is 11 && x is 14 ? Corner : z is >= 14 and < 22 && y is >= 12 and < 18 && x is >= 15 and < 29 ? Box : (ushort)0;

    private static float Brightness(ushort label) => label * 10;

    private static (float[] Image, ushort[] Labels) Cut(PreparedCases cases, SpatialTransform transform)
    {
        (var image, var labels) = (new float[Cube.VoxelCount], new ushort[Cube.VoxelCount]);
        new PatchCutter(Cube, null).Cut(new PatchDraw(cases.Datasets[0], cases.Datasets[0].Training[0], Start[0], Start[1], Start[2]), transform, image, labels);
        return (image, labels);
    }

    private static void ForEach(Action<int, int[]> voxel)
    {
        for (var at = 0; at < Cube.VoxelCount; at++)
        {
            voxel(at, [at / 1024, at / 32 % 32, at % 32]);
        }
    }
}
