using System.Text;
using CsCheck;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Volumes.Formats;

public sealed class NiftiWriterTests
{
    [Fact]
    public void What_was_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        Gen.Select(Geometries.Oblique(1, 7), Gen.Int[0, 100_000], Gen.Bool).Sample((geometry, seed, compressed) =>
        {
            var path = folder.At($"{Guid.NewGuid():N}.nii{(compressed ? ".gz" : "")}");
            var random = new Random(seed);
            var image = new Volume<float>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(_ => random.NextSingle() * 4000 - 1000)]);
            var labels = new Volume<ushort>(geometry, [.. Enumerable.Range(0, geometry.VoxelCount).Select(_ => (ushort)random.Next(seed % 2 == 0 ? 200 : 60_000))]);

            NiftiWriter.Write(path, image);
            var readImage = NiftiReader.ReadImage(path);
            NiftiWriter.Write(path, labels);
            var readLabels = NiftiReader.ReadLabels(path);

            Assert.Equal(image.Voxels, readImage.Volume.Voxels);
            Assert.Equal(geometry, readImage.Volume.Geometry);
            Assert.Equal(geometry.AxisCodes, readImage.Volume.Geometry.AxisCodes);
            Assert.Equal(labels.Voxels, readLabels.Volume.Voxels);
            Assert.Equal("sform", readImage.Header.TransformSource);
        }, iter: 100);
    }

    [Theory]
    [InlineData(16, -1000f, 0f, 32767f, -32768f)]
    [InlineData(32, 0f, 0.5f)]
    [InlineData(32, 0f, 32768f)]
    [InlineData(32, 1f, -0f)]
    [InlineData(32, float.NaN)]
    public void Intensities_that_are_whole_take_half_the_bytes_and_none_changes_by_a_bit(int bits, params float[] intensities)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("image.nii");

        NiftiWriter.Write(path, new Volume<float>(new VolumeGeometry(intensities.Length, 1, 1, Affine.Identity), intensities));

        var written = File.ReadAllBytes(path);
        Assert.Equal(352 + (bits / 8 * intensities.Length), written.Length);
        Assert.Equal(bits, written[72]);
        if (!intensities.Any(float.IsNaN))
        {
            Assert.Equal(intensities.Select(BitConverter.SingleToInt32Bits), NiftiReader.ReadImage(path).Volume.Voxels.Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Fact]
    public void The_qform_says_the_same_as_the_sform()
    {
        using var folder = new TemporaryFolder();
        Geometries.Oblique(2, 4).Sample(geometry =>
        {
            var path = folder.At($"{Guid.NewGuid():N}.nii");
            NiftiWriter.Write(path, new Volume<byte>(geometry));
            var bytes = File.ReadAllBytes(path);
            bytes[254] = 0; // no sform: the reader falls back to the qform
            File.WriteAllBytes(path, bytes);

            var header = NiftiReader.ReadHeader(path);

            Assert.Equal("qform", header.TransformSource);
            for (var n = 0; n < 12; n++)
            {
                Assert.Equal(geometry.VoxelToWorld[n / 4, n % 4], header.Geometry.VoxelToWorld[n / 4, n % 4], 3e-3);
            }
        }, iter: 200);
    }

    [Fact]
    public void The_same_volume_gives_the_same_bytes_and_no_text()
    {
        using var folder = new TemporaryFolder();
        var volume = new Volume<float>(Geometries.Of(9, 8, 7, new Point3(1, 1, 2), Orientation.Ras), [.. Enumerable.Range(0, 504).Select(n => n * 0.37f)]);
        NiftiWriter.Write(folder.At("a.nii.gz"), volume);
        NiftiWriter.Write(folder.At("b.nii.gz"), volume);
        NiftiWriter.Write(folder.At("c.nii"), volume);

        Assert.Equal(File.ReadAllBytes(folder.At("a.nii.gz")), File.ReadAllBytes(folder.At("b.nii.gz")));
        Assert.Equal(0, BitConverter.ToInt32(File.ReadAllBytes(folder.At("a.nii.gz")), 4)); // the time stamp of gzip
        var header = File.ReadAllBytes(folder.At("c.nii")).AsSpan(0, 348);
        foreach (var (start, length) in new[] { (4, 10), (14, 18), (148, 80), (228, 24), (328, 16) })
        {
            Assert.False(header.Slice(start, length).ContainsAnyExcept((byte)0), Encoding.Latin1.GetString(header.Slice(start, length)));
        }

        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);
    }

    [Fact]
    public void An_axis_the_format_cannot_hold_is_refused_and_nothing_is_left_behind()
    {
        using var folder = new TemporaryFolder();
        var volume = new Volume<byte>(Geometries.Of(40_000, 1, 1, new Point3(1, 1, 1), Orientation.Ras));

        Assert.Throws<ArgumentException>(() => NiftiWriter.Write(folder.At("long.nii"), volume));

        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
