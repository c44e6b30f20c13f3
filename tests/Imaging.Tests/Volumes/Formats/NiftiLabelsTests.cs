using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Volumes.Formats;

public sealed class NiftiLabelsTests : IDisposable
{
    private static readonly Dictionary<int, string> Table = new() { [1] = "liver", [2] = "spleen" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_a_little_off_a_label_is_that_label_and_the_largest_deviation_is_told()
    {
        var labels = Read([0, -2.1e-7f, 0.9999f, 1.9999f, 2.0001f, 1]);

        Assert.Equal(new ushort[] { 0, 0, 1, 2, 2, 1 }, labels.Volume.Voxels);
        Assert.Equal(4, labels.RoundedVoxels);
        Assert.Equal(1e-4, labels.LargestDeviation, 1e-6);
        Assert.Equal([(0, 2L), (1, 2L), (2, 2L)], labels.Counts.Select(c => (c.Key, c.Value)));
    }

    [Fact]
    public void Whole_numbers_that_were_scaled_to_a_byte_come_back_as_they_were()
    {
        // 2 / 255 a step: the label 1 lies between two steps.
        var path = _folder.At("scaled.nii");
        NiftiWriter.Write(path, new Volume<byte>(Grid(4), [0, 127, 128, 255]));
        var bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(112), 2f / 255);
        File.WriteAllBytes(path, bytes);

        var labels = NiftiReader.ReadLabels(path, table: Table);

        Assert.Equal(new ushort[] { 0, 1, 1, 2 }, labels.Volume.Voxels);
        Assert.Equal(1.0 / 255, labels.LargestDeviation, 1e-4);
    }

    [Fact]
    public void Everything_that_is_no_label_is_told_at_once_with_its_count()
    {
        var refusal = Assert.Throws<VolumeFormatException>(() => Read([-1, -1, 7, 0, 1, 0.4f, float.NaN, 2]));

        Assert.Equal(
            "case: found the value not-a-number in 1 voxel, the value -1 in 2 voxels, the value 0.4 in 1 voxel, label 7 in 1 voxel, "
            + "expected only labels of the label table (1 liver, 2 spleen).",
            refusal.Message);
    }

    [Fact]
    public void Labels_that_were_interpolated_are_told_from_an_image()
    {
        var interpolated = Assert.Throws<VolumeFormatException>(() => Read([0, 0.25f, 0.5f, 1, 1.5f, 2]));
        var image = Assert.Throws<VolumeFormatException>(() => Read([.. Enumerable.Range(-300, 600).Select(n => n * 1.5f)]));

        Assert.Contains("label", interpolated.Found, StringComparison.Ordinal);
        Assert.EndsWith("which looks like interpolated labels", interpolated.Found, StringComparison.Ordinal);
        Assert.StartsWith("599 values that are no labels, from -450 to 448.5 in 599 of 600 voxels, which looks like an image (most often", image.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_labels_that_are_not_named_are_not_called_an_image()
    {
        var refusal = Assert.Throws<VolumeFormatException>(() => Read([.. Enumerable.Range(0, 600).Select(n => n < 400 ? 0f : n % 100)]));

        Assert.Contains("97 values that are no labels", refusal.Found, StringComparison.Ordinal);
        Assert.DoesNotContain("image", refusal.Found, StringComparison.Ordinal);
    }

    private NiftiLabels Read(float[] voxels)
    {
        NiftiWriter.Write(_folder.At("labels.nii.gz"), new Volume<float>(Grid(voxels.Length), voxels));
        return NiftiReader.ReadLabels(_folder.At("labels.nii.gz"), name: "case", table: Table);
    }

    private static VolumeGeometry Grid(int voxels) => Geometries.Of(voxels, 1, 1, new Point3(1, 1, 1), Orientation.Ras);
}
