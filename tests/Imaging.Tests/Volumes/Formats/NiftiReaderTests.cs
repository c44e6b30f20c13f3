using System.Diagnostics;
using System.Text.Json;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Volumes.Formats;

public sealed class NiftiReaderTests
{
    [SkippableFact]
    public void Single_files_are_read_as_NiBabel_reads_them()
    {
        var folder = SharedFolder.Require("data", "nifti");
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        var compared = 0;
        foreach (var file in expected.RootElement.EnumerateObject().Where(f => f.Name is not "nifti2.nii.gz" && !f.Name.StartsWith("pair", StringComparison.Ordinal)))
        {
            var image = NiftiReader.ReadImage(Path.Combine(folder, file.Name));
            var volume = image.Volume;

            Assert.Equal(file.Value.GetProperty("axis_codes").GetString(), volume.Geometry.AxisCodes);
            Same(file.Value, volume);
            Same(file.Value.GetProperty("canonical_ras"), Reorientation.ToCanonical(volume));
            Assert.Equal(0, image.NonFiniteVoxels);
            var mean = volume.Voxels.Average(v => (double)v);
            Assert.Equal(file.Value.GetProperty("mean").GetDouble(), mean, 1e-4);
            Assert.Equal(file.Value.GetProperty("std").GetDouble(), Math.Sqrt(volume.Voxels.Average(v => (v - mean) * (v - mean))), 1e-4);
            compared++;
        }

        Assert.Equal(22, compared);
    }

    [SkippableFact]
    public void Broken_files_are_refused_quickly_with_bounded_memory()
    {
        var folder = SharedFolder.Require("data", "nifti", "broken");
        using var why = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "why.json")));
        foreach (var file in why.RootElement.EnumerateObject())
        {
            var path = Path.Combine(folder, file.Name);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.StartNew();

            var refusal = Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadImage(path));

            Assert.StartsWith(path, refusal.Message, StringComparison.Ordinal);
            Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{file.Name} took {clock.Elapsed}.");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20, $"{file.Name} allocated {GC.GetAllocatedBytesForCurrentThread() - before} bytes.");
            Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadLabels(path));
        }
    }

    [SkippableFact]
    public void Voxels_that_are_not_finite_become_the_smallest_finite_value_and_are_counted()
    {
        var image = NiftiReader.ReadImage(Path.Combine(SharedFolder.Require("data", "nifti"), "nan_inf.nii.gz"));

        Assert.True(image.NonFiniteVoxels > 0);
        Assert.All(image.Volume.Voxels, v => Assert.True(float.IsFinite(v)));
        Assert.True(image.Volume.Voxels.Count(v => v == image.Volume.Voxels.Min()) >= image.NonFiniteVoxels);
    }

    [SkippableTheory]
    [InlineData("nifti2.nii.gz", "NIfTI-2")]
    [InlineData("pair.hdr", ".hdr/.img pair")]
    public void Kinds_that_are_not_read_are_refused_by_name(string file, string reason)
    {
        var refusal = Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadHeader(Path.Combine(SharedFolder.Require("data", "nifti"), file)));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_header_is_read_without_its_voxels()
    {
        // The bomb's voxels are followed by 300 MB; its header is sound and is all that is looked at.
        var header = NiftiReader.ReadHeader(Path.Combine(SharedFolder.Require("data", "nifti", "broken"), "gzip_bomb.nii.gz"));
        Assert.True(header.Geometry.VoxelCount < 1_000_000);
    }

    [Fact]
    public void Labels_are_whole_numbers_whatever_type_stores_them()
    {
        using var folder = new TemporaryFolder();
        var geometry = Geometries.Of(3, 2, 1, new Point3(1, 1, 1), Orientation.Ras);
        NiftiWriter.Write(folder.At("whole.nii"), new Volume<float>(geometry, [0, 1, 2, 3, 65535, 0]));
        NiftiWriter.Write(folder.At("half.nii"), new Volume<float>(geometry, [0, 1, 2.5f, 3, 4, 0]));
        NiftiWriter.Write(folder.At("negative.nii"), new Volume<short>(geometry, [0, 1, -1, 3, 4, 0]));

        Assert.Equal(new ushort[] { 0, 1, 2, 3, 65535, 0 }, NiftiReader.ReadLabels(folder.At("whole.nii")).Volume.Voxels);
        var half = Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadLabels(folder.At("half.nii"), name: "case_7"));
        Assert.Equal("case_7: found the value 2.5 in 1 voxel, which looks like interpolated labels, expected labels: whole numbers from 0 to 65535.", half.Message);
        Assert.Contains("-1", Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadLabels(folder.At("negative.nii"))).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_beyond_the_limit_is_refused_with_the_numbers()
    {
        using var folder = new TemporaryFolder();
        NiftiWriter.Write(folder.At("a.nii.gz"), new Volume<byte>(Geometries.Of(20, 10, 10, new Point3(1, 1, 1), Orientation.Ras)));

        var refusal = Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadHeader(folder.At("a.nii.gz"), new VolumeLimits(1999, 0)));

        Assert.Contains("2000 voxels", refusal.Found, StringComparison.Ordinal);
        Assert.Contains("1999 voxels", refusal.Expected, StringComparison.Ordinal);
        Assert.Equal(2000, NiftiReader.ReadHeader(folder.At("a.nii.gz"), new VolumeLimits(2000, 0)).Geometry.VoxelCount);
    }

    private static void Same(JsonElement expected, Volume<float> volume)
    {
        var shape = expected.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32()).ToArray();
        Assert.Equal(shape.Take(3), [volume.Geometry.Width, volume.Geometry.Height, volume.Geometry.Depth]);
        var affine = expected.GetProperty("affine").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(e => e.GetDouble()).ToArray();
        for (var n = 0; n < 12; n++)
        {
            Assert.Equal(affine[n], volume.Geometry.VoxelToWorld[n / 4, n % 4], 1e-5);
        }

        foreach (var sample in expected.GetProperty("samples").EnumerateArray())
        {
            var index = sample.GetProperty("index").EnumerateArray().Select(e => e.GetInt32()).ToArray();
            Assert.Equal(sample.GetProperty("value").GetDouble(), volume[index[0], index[1], index[2]], 1e-4);
        }
    }
}
