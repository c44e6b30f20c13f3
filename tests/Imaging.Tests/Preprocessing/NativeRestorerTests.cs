using CsCheck;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Preprocessing;

public sealed class NativeRestorerTests
{
    private static readonly Gen<PreparedGrid> Grid =
        from native in Geometries.Oblique(4, 16)
        from spacing in Gen.Double[0.8, 4]
        from height in Gen.Double[0.8, 4]
        from start in Gen.Int[0, 2]
        from end in Gen.Int[0, 1]
        from minimum in Gen.Int[1, 12]
        select GridOf(native, new GridSpacing(spacing, height, 1.7), start, end, minimum);

    [Fact]
    public void Slabs_of_any_size_equal_the_whole_volume_computed_at_once() =>
        Gen.Select(Grid, Gen.Int[1, 4], Gen.Int[0, 100_000]).Sample((grid, tasks, seed) =>
        {
            var random = new Random(seed);
            // Coarse steps, so that exact ties between tasks and values at the threshold occur.
            var probabilities = Enumerable.Range(0, tasks * grid.Size.VoxelCount).Select(_ => random.Next(9) / 8f).ToArray();
            var values = Enumerable.Range(0, tasks).Select(t => (ushort)(t * 7 + 3)).ToArray();
            var (expectedMap, expectedMasks) = AtOnce(grid, tasks, probabilities, values);

            var map = NativeRestorer.ToLabelMap(grid, values);
            var masks = NativeRestorer.ToMasks(grid, tasks);
            AddInSlabs(map, grid, tasks, probabilities, random);
            AddInSlabs(masks, grid, tasks, probabilities, random);

            Assert.Equal(expectedMap, map.LabelMap.Voxels);
            Assert.Equal(expectedMasks, masks.Masks.Select(m => m.Voxels));
            Assert.Same(grid.Native, map.LabelMap.Geometry);
        }, iter: 300);

    [Fact]
    public void A_linear_field_is_cut_where_it_passes_one_half() =>
        Gen.Select(Grid, Gen.Double[-1, 1], Gen.Double[-1, 1], Gen.Double[-1, 1]).Sample((grid, a, b, c) =>
        {
            var geometry = grid.Geometry;
            var centre = geometry.ToWorld(new Point3((geometry.Width - 1) / 2.0, (geometry.Height - 1) / 2.0, (geometry.Depth - 1) / 2.0));
            double Field(Point3 p) => 0.5 + 0.01 * (a * (p.X - centre.X) + b * (p.Y - centre.Y) + c * (p.Z - centre.Z)) + 0.003;
            var probabilities = new float[grid.Size.VoxelCount];
            for (var n = 0; n < probabilities.Length; n++)
            {
                probabilities[n] = (float)Field(geometry.ToWorld(IndexOf(n, geometry)));
            }

            var restorer = NativeRestorer.ToMasks(grid, 1);
            restorer.AddPlanes(grid.Size.Depth, probabilities);

            var mask = restorer.Masks[0];
            for (var n = 0; n < mask.Voxels.Length; n++)
            {
                var world = mask.Geometry.ToWorld(IndexOf(n, mask.Geometry));
                var plan = geometry.ToVoxel(world);
                // Between the centres of the content's voxels the interpolation of a linear field is exact.
                var inside = Within(plan.X, grid.ContentStart.Width, grid.ContentSize.Width) && Within(plan.Y, grid.ContentStart.Height, grid.ContentSize.Height)
                    && Within(plan.Z, grid.ContentStart.Depth, grid.ContentSize.Depth);
                if (inside && InCrop(grid, world) && Math.Abs(Field(world) - 0.5) > 1e-5)
                {
                    Assert.Equal(Field(world) > 0.5 ? 1 : 0, mask.Voxels[n]);
                }
            }
        }, iter: 200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_mask_keeps_its_place_in_the_world_through_plan_and_back(bool isOfficial) =>
        Gen.Select(Geometries.Oblique(24, 40), Gen.Double[1, 3], Gen.Double[1, 3], Gen.Double[1, 3]).Sample((native, d, h, w) =>
        {
            // An ellipsoid of 5 % of the volume: bright voxels below 2 % of it would be clipped away by the plan.
            var labels = new Volume<ushort>(native);
            var image = new Volume<float>(native);
            for (var n = 0; n < labels.Voxels.Length; n++)
            {
                var p = IndexOf(n, native);
                var distance = new Point3(p.X / native.Width, p.Y / native.Height * 1.3, p.Z / native.Depth).DistanceTo(new Point3(0.45, 0.55 * 1.3, 0.5)) / 0.28;
                labels.Voxels[n] = (ushort)(distance < 1 ? 1 : 0);
                image.Voxels[n] = (float)(100 / (1 + Math.Exp((distance - 1) / 0.15)));
            }

            var prepared = new PreprocessingPlan
            {
                Spacing = new GridSpacing(d, h, w), IsOfficial = isOfficial, Orientation = isOfficial ? PreprocessingPlan.AsStored : PreprocessingPlan.Ras,
            }.Prepare(image, "t1");
            var onPlan = PreprocessingPlan.PrepareLabels(labels, prepared);
            var restorer = NativeRestorer.ToLabelMap(prepared.Grid, [1]);
            restorer.AddPlanes(prepared.Grid.Size.Depth, Array.ConvertAll(onPlan, v => (float)v));

            var truth = Centroid(native, n => labels.Voxels[n]);
            var planGeometry = prepared.Grid.Geometry;
            var half = 0.5 * Math.Max(Largest(native.Spacing), Largest(planGeometry.Spacing));
            Assert.InRange(Centroid(planGeometry, n => onPlan[n]).DistanceTo(truth), 0, half);
            Assert.InRange(Centroid(native, n => restorer.LabelMap.Voxels[n]).DistanceTo(truth), 0, half);
            var threshold = (50 - prepared.Statistics.Mean) / prepared.Statistics.Deviation;
            Assert.InRange(Centroid(planGeometry, n => prepared.Voxels[n] > threshold ? 1 : 0).DistanceTo(truth), 0, half);
        }, iter: 60);

    [Fact]
    public void Missing_or_surplus_planes_are_refused()
    {
        var grid = GridOf(Geometries.Of(8, 8, 8, new Point3(1, 1, 1), Orientation.Ras), GridSpacing.Isotropic(1), 0, 0, 1);
        var restorer = NativeRestorer.ToLabelMap(grid, [1, 2]);

        restorer.AddPlanes(7, new float[2 * 7 * 64]);

        Assert.Throws<InvalidOperationException>(() => restorer.LabelMap);
        Assert.Throws<ArgumentException>(() => restorer.AddPlanes(2, new float[2 * 2 * 64]));
        Assert.Throws<ArgumentException>(() => restorer.AddPlanes(1, new float[64]));
        restorer.AddPlanes(1, new float[2 * 64]);
        Assert.All(restorer.LabelMap.Voxels, v => Assert.Equal(0, v));
        Assert.Throws<InvalidOperationException>(() => restorer.Masks);
    }

    private static PreparedGrid GridOf(VolumeGeometry native, GridSpacing spacing, int start, int end, int minimum)
    {
        var canonical = Reorientation.CanonicalGeometry(native);
        return PreparedGrid.Create(
            native, new GridSize(start, 0, start), new GridSize(canonical.Depth - start - end, canonical.Height - end, canonical.Width - start - end),
            spacing, new GridSize(minimum, minimum + 2, minimum), 1 << 24);
    }

    private static void AddInSlabs(NativeRestorer restorer, PreparedGrid grid, int tasks, float[] probabilities, Random random)
    {
        var plane = grid.Size.Height * grid.Size.Width;
        for (var first = 0; first < grid.Size.Depth;)
        {
            var planes = Math.Min(random.Next(1, 5), grid.Size.Depth - first);
            var slab = new float[tasks * planes * plane];
            for (var task = 0; task < tasks; task++)
            {
                Array.Copy(probabilities, (task * grid.Size.Depth + first) * plane, slab, task * planes * plane, planes * plane);
            }

            restorer.AddPlanes(planes, slab);
            first += planes;
        }
    }

    private static (ushort[] Map, List<byte[]> Masks) AtOnce(PreparedGrid grid, int tasks, float[] probabilities, ushort[] values)
    {
        var z = Resampling.LinearWeightsToSource(grid.DepthAxis);
        var y = Resampling.LinearWeightsToSource(grid.HeightAxis);
        var x = Resampling.LinearWeightsToSource(grid.WidthAxis);
        var canonical = Reorientation.CanonicalGeometry(grid.Native);
        var map = new Volume<ushort>(canonical);
        var masks = Enumerable.Range(0, tasks).Select(_ => new Volume<byte>(canonical)).ToList();
        float At(int task, int k, int j, int i) => probabilities[
            ((task * grid.Size.Depth + k + grid.ContentStart.Depth) * grid.Size.Height + j + grid.ContentStart.Height) * grid.Size.Width + i + grid.ContentStart.Width];
        static float Between(float a, float b, float weight) => a + weight * (b - a);
        for (var k = 0; k < z.Length; k++)
        {
            for (var j = 0; j < y.Length; j++)
            {
                for (var i = 0; i < x.Length; i++)
                {
                    var best = 0.5f;
                    for (var task = 0; task < tasks; task++)
                    {
                        float Row(int plane, int column) => Between(At(task, plane, y[j].Lower, column), At(task, plane, y[j].Upper, column), y[j].Weight);
                        float InPlane(int plane) => Between(Row(plane, x[i].Lower), Row(plane, x[i].Upper), x[i].Weight);
                        var value = Between(InPlane(z[k].Lower), InPlane(z[k].Upper), z[k].Weight);
                        int I = i + grid.CropStart.Width, J = j + grid.CropStart.Height, K = k + grid.CropStart.Depth;
                        if (value > best)
                        {
                            best = value;
                            map[I, J, K] = values[task];
                        }

                        masks[task][I, J, K] = (byte)(value > 0.5f ? 1 : 0);
                    }
                }
            }
        }

        var back = grid.ToCanonical.Inverse();
        return (Reorientation.Apply(map, back).Voxels, [.. masks.Select(m => Reorientation.Apply(m, back).Voxels)]);
    }

    private static bool Within(double position, int start, int size) => position > start + 1e-6 && position < start + size - 1 - 1e-6;

    private static bool InCrop(PreparedGrid grid, Point3 world)
    {
        var canonical = Reorientation.CanonicalGeometry(grid.Native).ToVoxel(world);
        return Inside(canonical.X, grid.CropStart.Width, grid.CropSize.Width) && Inside(canonical.Y, grid.CropStart.Height, grid.CropSize.Height)
            && Inside(canonical.Z, grid.CropStart.Depth, grid.CropSize.Depth);

        static bool Inside(double position, int start, int size) => position > start - 0.5 && position < start + size - 0.5;
    }

    private static Point3 IndexOf(int n, VolumeGeometry g) => new(n % g.Width, n / g.Width % g.Height, n / (g.Width * g.Height));

    private static double Largest(Point3 p) => Math.Max(p.X, Math.Max(p.Y, p.Z));

    private static Point3 Centroid(VolumeGeometry geometry, Func<int, int> mask)
    {
        double x = 0, y = 0, z = 0, count = 0;
        for (var n = 0; n < geometry.VoxelCount; n++)
        {
            if (mask(n) != 0)
            {
                var index = IndexOf(n, geometry);
                (x, y, z, count) = (x + index.X, y + index.Y, z + index.Z, count + 1);
            }
        }

        Assert.True(count > 0);
        return geometry.ToWorld(new Point3(x / count, y / count, z / count));
    }
}
