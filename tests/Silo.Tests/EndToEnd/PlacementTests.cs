using System.Buffers.Binary;
using System.IO.Compression;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>An answer lies where its scan lies, and says so in the same words.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class PlacementTests(SharedPlatform shared)
{
    [SkippableTheory]
    [InlineData("08-qform-only-and-split", "c1")]
    [InlineData("08-qform-only-and-split", "c3")]
    [InlineData("12-one-slice", "c1")]
    [InlineData("12-one-slice", "c4")]
    [InlineData("12-one-slice", "c5")]
    [InlineData("13-extreme-anisotropy", "c1")]
    [InlineData("14-constant-image", "c1")]
    [InlineData("31-4d-last-one", "c2")]
    public async Task A_segmentation_has_the_grid_and_both_transforms_of_its_scan(string folder, string id)
    {
        using var work = new TemporaryFolder();
        var scan = SharedFolder.Require("data", "cases", folder, "images", $"{id}.nii.gz");

        var result = await shared.Platform.HermesAsync("segment", scan, "-o", work.At("out.nii.gz"));

        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        byte[] question = Unpack(scan), answer = Unpack(work.At("out.nii.gz"));
        short[] asked = Sizes(question), given = Sizes(answer);
        Assert.Equal(Math.Min(asked[0], (short)3), given[0]);
        Assert.Equal(asked[1..4], given[1..4]);
        Assert.Equal(question[76..92], answer[76..92]);
        Assert.Equal(question[123], answer[123]);
        Assert.Equal(question[252..328], answer[252..328]);
        Assert.Equal(352 + given[1] * given[2] * given[3], answer.Length);
    }

    [Fact]
    public async Task A_scan_that_does_not_state_its_orientation_is_said_to_be_unknown()
    {
        using var work = new TemporaryFolder();
        var image = Scans.Image(5);
        image.AsSpan(252, 4).Clear();
        var scan = Scans.Write(work.At("scan.nii.gz"), image);

        var result = await shared.Platform.HermesAsync("segment", scan, "-o", work.At("out.nii.gz"));

        Assert.Contains("left and right are unknown", Assert.Single(result.Json.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.Equal(new byte[4], Unpack(work.At("out.nii.gz"))[252..256]);
    }

    private static short[] Sizes(byte[] header) => [.. Enumerable.Range(0, 8).Select(n => Math.Max((short)1, BinaryPrimitives.ReadInt16LittleEndian(header.AsSpan(40 + 2 * n))))];

    private static byte[] Unpack(string file)
    {
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        packed.CopyTo(plain);
        return plain.ToArray();
    }
}
