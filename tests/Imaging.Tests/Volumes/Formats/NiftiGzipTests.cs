using System.IO.Compression;
using Hermes.Imaging.Volumes;
using Hermes.Imaging.Volumes.Formats;

namespace Hermes.Imaging.Tests.Volumes.Formats;

/// <summary>What is packed counts only once its length and checksum were compared, in every member.</summary>
public sealed class NiftiGzipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _plain;

    public NiftiGzipTests()
    {
        NiftiWriter.Write(
            _folder.At("plain.nii"),
            new Volume<short>(Geometries.Of(9, 8, 7, new Point3(1, 1, 1), Orientation.Ras), [.. Enumerable.Range(0, 504).Select(n => (short)(n * n % 91))]));
        _plain = File.ReadAllBytes(_folder.At("plain.nii"));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_file_that_lacks_its_last_bytes_is_refused(int members)
    {
        var whole = Members(members);
        for (var missing = 1; missing <= 12; missing++)
        {
            Assert.Contains("incomplete gzip", Assert.Throws<VolumeFormatException>(() => Read(whole[..^missing])).Found, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_checksum_or_length_that_does_not_agree_is_refused_in_every_member(int members)
    {
        var whole = Members(members);
        var first = members == 1 ? whole.Length : Member(_plain.AsSpan(0, _plain.Length / members)).Length;
        foreach (var at in (int[])[first - 8, first - 5, first - 4, first - 1, whole.Length - 8, whole.Length - 1])
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 1;
            Assert.Throws<VolumeFormatException>(() => Read(damaged));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Several_members_are_one_file_and_zeros_or_text_behind_them_are_none(int members)
    {
        var sound = NiftiReader.ReadImage(_folder.At("plain.nii")).Volume.Voxels;

        Assert.Equal(sound, Read(Members(members)));
        Assert.Equal(sound, Read([.. Members(members), .. Member([])]));
        Assert.Equal(sound, Read([.. Members(members), .. new byte[600]]));
        Assert.Equal(sound, Read([.. Members(members), .. "left by a tool"u8]));
    }

    private float[] Read(byte[] packed)
    {
        File.WriteAllBytes(_folder.At("packed.nii.gz"), packed);
        return NiftiReader.ReadImage(_folder.At("packed.nii.gz")).Volume.Voxels;
    }

    private byte[] Members(int count)
    {
        var length = _plain.Length / count;
        return [.. Enumerable.Range(0, count).SelectMany(n => Member(n == count - 1 ? _plain.AsSpan(n * length) : _plain.AsSpan(n * length, length)))];
    }

    private static byte[] Member(ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
