using CsCheck;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Volumes;

public sealed class ReorientationTests
{
    public static TheoryData<string> AllOrientations => new(Orientation.All.Select(o => o.ToString()));

    [Fact]
    public void There_are_48_different_orientations() => Assert.Equal(48, Orientation.All.Select(o => o.ToString()).Distinct().Count());

    [Theory]
    [MemberData(nameof(AllOrientations))]
    public void Going_to_canonical_and_back_changes_nothing(string codes)
    {
        var geometry = Geometries.Of(5, 4, 3, new Point3(1, 2, 3), Orientation.Parse(codes), new Point3(0.2, -0.1, 0.15), new Point3(7, -8, 9));
        var volume = new Volume<ushort>(geometry, [.. Enumerable.Range(0, 60).Select(n => (ushort)n)]);

        var canonical = Reorientation.ToCanonical(volume);
        var back = Reorientation.To(canonical, Orientation.Parse(codes));

        Assert.Equal(codes, geometry.AxisCodes);
        Assert.Equal("RAS", canonical.Geometry.AxisCodes);
        Assert.Equal(volume.Voxels, back.Voxels);
        Assert.Equal(geometry, back.Geometry);
        Assert.Equal(volume.Voxels, Reorientation.Apply(canonical, Reorientation.ToCanonicalMap(geometry).Inverse()).Voxels);
    }

    [Fact]
    public void Every_voxel_keeps_its_place_in_the_world() =>
        Gen.Select(Geometries.Oblique(2, 5), Geometries.AnyOrientation).Sample((geometry, orientation) =>
        {
            var volume = new Volume<ushort>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(n => (ushort)n)]);
            var moved = Reorientation.To(volume, orientation);
            Assert.Equal(orientation.ToString(), moved.Geometry.AxisCodes);
            for (var k = 0; k < moved.Geometry.Depth; k++)
            {
                for (var j = 0; j < moved.Geometry.Height; j++)
                {
                    for (var i = 0; i < moved.Geometry.Width; i++)
                    {
                        int n = moved[i, j, k], plane = geometry.Width * geometry.Height;
                        var original = geometry.ToWorld(new Point3(n % geometry.Width, n % plane / geometry.Width, n / plane));
                        Assert.True(original.DistanceTo(moved.Geometry.ToWorld(new Point3(i, j, k))) < 1e-9);
                    }
                }
            }
        }, iter: 200);

    [Fact]
    public void Labels_in_another_orientation_are_brought_onto_the_grid_of_their_image() =>
        Gen.Select(Geometries.Oblique(2, 6), Geometries.AnyOrientation, Gen.Int[0, 100_000]).Sample((image, stored, seed) =>
        {
            var random = new Random(seed);
            var truth = new Volume<ushort>(image, [.. Enumerable.Range(0, image.VoxelCount).Select(_ => (ushort)random.Next(5))]);
            var labels = Reorientation.To(truth, stored);

            var aligned = LabelAlignment.OntoImageGrid(labels, image);

            Assert.Equal(truth.Voxels, aligned.Voxels);
            Assert.Same(image, aligned.Geometry);
        }, iter: 300);

    [Fact]
    public void Labels_of_another_physical_space_are_refused_with_the_numbers()
    {
        var image = Geometries.Of(8, 9, 10, new Point3(1, 1, 2), Orientation.Ras);
        var shifted = new Volume<ushort>(Geometries.Of(8, 9, 10, new Point3(1, 1, 2), Orientation.Ras, origin: new Point3(3.5, 0, 0)));
        var shorter = new Volume<ushort>(Geometries.Of(8, 9, 7, new Point3(1, 1, 2), Orientation.Parse("LPS")));

        var shift = Assert.Throws<InvalidDataException>(() => LabelAlignment.OntoImageGrid(shifted, image, "liver_gt.nii.gz"));
        var size = Assert.Throws<InvalidDataException>(() => LabelAlignment.OntoImageGrid(shorter, image, "liver_gt.nii.gz"));

        Assert.Contains("liver_gt.nii.gz", shift.Message, StringComparison.Ordinal);
        Assert.Contains("3.5 mm apart", shift.Message, StringComparison.Ordinal);
        Assert.Contains("8×9×10 voxels", size.Message, StringComparison.Ordinal);
        Assert.Contains("8×9×7 voxels", size.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RRS")]
    [InlineData("ras")]
    [InlineData("RA")]
    [InlineData("RASR")]
    [InlineData("RAX")]
    public void What_is_no_orientation_is_refused(string codes) => Assert.Throws<FormatException>(() => Orientation.Parse(codes));
}
