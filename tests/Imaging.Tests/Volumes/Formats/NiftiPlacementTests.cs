using System.Buffers.Binary;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Volumes.Formats;

/// <summary>What a file says of where its voxels lie is understood, told when it is strange, and carried over to an answer on its grid.</summary>
public sealed class NiftiPlacementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 1, 2)]
    [InlineData(1, 0, 3)]
    [InlineData(0, 4, 10)]
    [InlineData(0, 0, 0)]
    public void Both_transforms_their_codes_and_the_units_are_carried_over_as_they_are(short qform, short sform, byte units)
    {
        var image = Image(bytes =>
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(252), qform);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(254), sform);
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(268), 17.25f); // an origin of its own
            bytes[123] = units;
        });

        NiftiWriter.Write(_folder.At("answer.nii"), new Volume<ushort>(image.Volume.Geometry), image.Header);

        var (question, answer) = (File.ReadAllBytes(_folder.At("image.nii")), File.ReadAllBytes(_folder.At("answer.nii")));
        Assert.Equal(question[76..92], answer[76..92]);
        Assert.Equal(question[123], answer[123]);
        Assert.Equal(question[252..328], answer[252..328]);
        Assert.Equal(image.Volume.Geometry, NiftiReader.ReadHeader(_folder.At("answer.nii")).Geometry);
    }

    [Fact]
    public void A_slice_without_third_axis_is_answered_by_such_a_slice()
    {
        var image = Image(bytes => BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(40), 2), depth: 1);

        NiftiWriter.Write(_folder.At("answer.nii"), new Volume<byte>(image.Volume.Geometry), image.Header);

        Assert.Equal(File.ReadAllBytes(_folder.At("image.nii"))[40..56], File.ReadAllBytes(_folder.At("answer.nii"))[40..56]);
    }

    [Fact]
    public void An_answer_on_another_grid_is_refused()
    {
        var image = Image(_ => { });

        Assert.Throws<ArgumentException>(
            () => NiftiWriter.Write(_folder.At("answer.nii"), new Volume<byte>(Geometries.Of(2, 2, 2, new Point3(1, 1, 1), Orientation.Ras)), image.Header));
    }

    [Fact]
    public void An_orientation_that_is_not_stated_is_unknown()
    {
        var stated = Image(_ => { }).Header;
        var unstated = Image(bytes => bytes.AsSpan(252, 4).Clear()).Header;

        Assert.True(stated.StatesOrientation);
        Assert.Empty(stated.Remarks);
        Assert.False(unstated.StatesOrientation);
        Assert.Contains("left and right are unknown", Assert.Single(unstated.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Transforms_that_disagree_and_other_units_are_remarked()
    {
        var moved = Image(bytes => BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(272), BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(272)) + 10)).Header;
        var metres = Image(bytes => bytes[123] = 1).Header;
        var rubbish = Image(bytes => bytes.AsSpan(256, 12).Fill(0xff)).Header;

        Assert.Equal("sform and qform disagree by 10 mm; the sform was used", Assert.Single(moved.Remarks));
        Assert.Contains("metres", Assert.Single(metres.Remarks), StringComparison.Ordinal);
        Assert.Empty(rubbish.Remarks);
    }

    [Theory]
    [InlineData(128, "a colour image (RGB)")]
    [InlineData(2304, "a colour image (RGBA)")]
    [InlineData(32, "complex numbers")]
    [InlineData(1792, "complex numbers")]
    [InlineData(99, "voxels of data type 99")]
    public void Voxels_that_are_no_intensities_are_refused_in_words(short type, string found) => Assert.Equal(
        found,
        Assert.Throws<VolumeFormatException>(() => Image(bytes => BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(70), type))).Found);

    [Fact]
    public void Several_volumes_in_one_file_are_counted()
    {
        var refusal = Assert.Throws<VolumeFormatException>(() => Image(bytes =>
        {
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(40), 4);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(48), 3);
        }));

        Assert.Equal("3 volumes in one file (4×3×2×3)", refusal.Found);
    }

    [Fact]
    public void A_web_page_is_called_text()
    {
        var page = _folder.File("page.nii.gz", "<!DOCTYPE html>\n<html>" + new string(' ', 500));

        Assert.Equal("text that begins with '<!DOCTYPE html>'", Assert.Throws<VolumeFormatException>(() => NiftiReader.ReadHeader(page)).Found);
    }

    private NiftiImage Image(Action<byte[]> change, int depth = 2)
    {
        var path = _folder.At("image.nii");
        var geometry = Geometries.Of(4, 3, depth, new Point3(1, 2, 3), Orientation.Parse("LPS"), new Point3(0.1, 0.2, 0.1), new Point3(-20, 30, 5));
        NiftiWriter.Write(path, new Volume<short>(geometry, [.. Enumerable.Range(0, 12 * depth).Select(n => (short)n)]));
        var bytes = File.ReadAllBytes(path);
        change(bytes);
        File.WriteAllBytes(path, bytes);
        return NiftiReader.ReadImage(path);
    }
}
