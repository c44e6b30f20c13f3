using System.Text.Json;
using CsCheck;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Volumes;

public sealed class VolumeGeometryTests
{
    [Fact]
    public void World_and_voxel_are_inverse() =>
        Gen.Select(Geometries.Oblique(1, 50), Gen.Double[-20, 70], Gen.Double[-20, 70], Gen.Double[-20, 70]).Sample((geometry, i, j, k) =>
            Assert.True(geometry.ToVoxel(geometry.ToWorld(new Point3(i, j, k))).DistanceTo(new Point3(i, j, k)) < 1e-8));

    [Fact]
    public void Spacing_and_voxel_volume_come_from_the_affine()
    {
        var geometry = Geometries.Of(3, 4, 5, new Point3(0.5, 2, 3), Orientation.Parse("PIR"), new Point3(0.3, 0.2, 0.1));

        Assert.True(geometry.Spacing.DistanceTo(new Point3(0.5, 2, 3)) < 1e-12);
        Assert.Equal(0.003, geometry.VoxelVolumeMl, 12);
        Assert.Equal(60, geometry.VoxelCount);
        Assert.Equal("PIR", geometry.AxisCodes);
    }

    [Fact]
    public void Sizes_that_overflow_and_affines_without_volume_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new VolumeGeometry(60_000, 60_000, 60_000, Affine.Identity));
        Assert.Throws<ArgumentException>(() => new VolumeGeometry(3, 0, 3, Affine.Identity));
        Assert.Throws<ArgumentException>(() => new VolumeGeometry(3, 3, 3, new Affine([1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0])));
        Assert.Throws<ArgumentException>(() => new Affine([1, 0, 0, double.NaN, 0, 1, 0, 0, 0, 0, 1, 0]));
    }

    [Fact]
    public void It_survives_json_and_keeps_its_digest() =>
        Geometries.Oblique(1, 50).Sample(geometry =>
        {
            var read = JsonSerializer.Deserialize<VolumeGeometry>(JsonSerializer.Serialize(geometry))!;
            Assert.Equal(geometry, read);
            Assert.Equal(geometry.Digest, read.Digest);
        }, iter: 50);

    [Fact]
    public void Half_a_voxel_is_another_physical_space_and_rounding_is_not()
    {
        var geometry = Geometries.Of(20, 20, 20, new Point3(1, 1, 1), Orientation.Ras);
        var rounded = Geometries.Of(20, 20, 20, new Point3(1, 1, 1), Orientation.Ras, origin: new Point3(0.01, 0, 0));
        var shifted = Geometries.Of(20, 20, 20, new Point3(1, 1, 1), Orientation.Ras, origin: new Point3(0.5, 0, 0));
        var stretched = Geometries.Of(20, 20, 20, new Point3(1.03, 1, 1), Orientation.Ras);

        Assert.True(geometry.SamePhysicalSpace(rounded, out var difference));
        Assert.Empty(difference);
        Assert.False(geometry.SamePhysicalSpace(shifted, out difference));
        Assert.Contains("0.5 mm apart", difference, StringComparison.Ordinal);
        Assert.False(geometry.SamePhysicalSpace(stretched, out difference));
        Assert.Contains("1.03", difference, StringComparison.Ordinal);
    }
}
