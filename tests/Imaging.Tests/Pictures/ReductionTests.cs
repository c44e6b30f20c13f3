using CsCheck;
using Hermes.Imaging.Pictures;
using Hermes.Imaging.Tests.Volumes;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Pictures;

public sealed class ReductionTests
{
    [Fact]
    public void Blocks_are_as_few_as_they_may_be_and_lie_where_their_voxels_lie() =>
        Gen.Select(Geometries.Oblique(1, 40), Gen.Int[1, 16]).Sample((geometry, longest) =>
        {
            var reduced = Reduction.Reduce(geometry, longest);
            for (var axis = 0; axis < 3; axis++)
            {
                var block = (int)Math.Ceiling(geometry.Size(axis) / (double)longest);
                Assert.InRange(reduced.Size(axis), 1, longest);
                Assert.Equal((geometry.Size(axis) + block - 1) / block, reduced.Size(axis));
                Assert.Equal(block * geometry.Spacing[axis], reduced.Spacing[axis], 6);
            }

            var (i, j, k) = (Block(geometry.Width), Block(geometry.Height), Block(geometry.Depth));
            var centre = geometry.ToWorld(new Point3((i - 1) / 2.0, (j - 1) / 2.0, (k - 1) / 2.0));
            Assert.InRange(centre.DistanceTo(reduced.ToWorld(new Point3(0, 0, 0))), 0, 1e-6);

            int Block(int size) => (size + longest - 1) / longest;
        });

    [Fact]
    public void An_image_becomes_the_means_of_its_blocks_and_labels_those_in_the_middle() =>
        Gen.Select(Geometries.Oblique(1, 14), Gen.Int[1, 6], Gen.Int).Sample((geometry, longest, seed) =>
        {
            var random = new Random(seed);
            var image = new Volume<float>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(_ => (float)random.Next(-1000, 1000))]);
            var labels = new Volume<ushort>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(_ => (ushort)random.Next(5))]);

            var small = Reduction.Mean(image, longest);
            var smallLabels = Reduction.Middle(labels, longest);

            int fi = Block(geometry.Width), fj = Block(geometry.Height), fk = Block(geometry.Depth);
            for (var k = 0; k < small.Geometry.Depth; k++)
            {
                for (var j = 0; j < small.Geometry.Height; j++)
                {
                    for (var i = 0; i < small.Geometry.Width; i++)
                    {
                        var within =
                            from z in Within(k, fk, geometry.Depth)
                            from y in Within(j, fj, geometry.Height)
                            from x in Within(i, fi, geometry.Width)
                            select (double)image[x, y, z];
                        Assert.InRange(small[i, j, k] - within.Average(), -1e-3, 1e-3);
                        Assert.Equal(
                            labels[Middle(i, fi, geometry.Width), Middle(j, fj, geometry.Height), Middle(k, fk, geometry.Depth)],
                            smallLabels[i, j, k]);
                    }
                }
            }

            int Block(int size) => (size + longest - 1) / longest;
            static int Middle(int block, int voxels, int size) => Math.Min((block * voxels) + (voxels / 2), size - 1);
            static IEnumerable<int> Within(int block, int voxels, int size) => Enumerable.Range(block * voxels, Math.Min(voxels, size - (block * voxels)));
        });

    [Fact]
    public void What_is_small_stays_what_it_is()
    {
        var image = new Volume<float>(Geometries.Of(4, 5, 6, new Point3(1, 1, 1), Orientation.Ras));

        Assert.Same(image, Reduction.Mean(image, 6));
    }
}
