using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Hermes.Imaging.Packages;

namespace Hermes.Imaging.Tests.Packages;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        Gen.Select(Gen.Float.Array[0, 40], Gen.String[0, 20], Gen.Int[0, 5]).Sample((values, text, bytes) =>
        {
            var metadata = new Dictionary<string, string> { ["b"] = text, ["a"] = "1" };
            byte[] raw = [.. Enumerable.Range(0, bytes).Select(i => (byte)(i * 7))];
            var written = SafetensorsWriter.Write(path, metadata,
            [
                new SafetensorsTensor("x/weights \"quoted\"", SafetensorsType.F32, [values.Length, 1], take => take(MemoryMarshal.AsBytes(values.AsSpan()))),
                new SafetensorsTensor("y", SafetensorsType.U8, [bytes], take => take(raw)),
            ]);

            using var file = SafetensorsFile.Open(path);
            var back = file.Floats("x/weights \"quoted\"", [values.Length, 1]);
            var backBytes = new byte[bytes];
            file.Read("y", backBytes);
            Assert.Equal(MemoryMarshal.AsBytes(values.AsSpan()), MemoryMarshal.AsBytes(back.AsSpan()));
            Assert.Equal(raw, backBytes);
            Assert.Equal(text, file.Metadata["b"]);
            Assert.Equal([values.Length, 1], file.Tensors["x/weights \"quoted\""].Shape);
            Assert.Equal(new FileInfo(path).Length, written.Length);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), written.Sha256);
        }, iter: 40, threads: 1);
    }

    [Fact]
    public void A_tensor_of_another_shape_or_type_is_refused_with_both()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, string>(),
        [
            new SafetensorsTensor("wide", SafetensorsType.F32, [2, 3], take => take(new byte[24])),
            new SafetensorsTensor("whole", SafetensorsType.I64, [3], take => take(new byte[24])),
        ]);
        using var file = SafetensorsFile.Open(path);

        Assert.Contains("is F32 [2, 3]; F32 [3, 2] is needed", Assert.Throws<InvalidDataException>(() => file.Floats("wide", [3, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("is I64 [3]; F32 [3] is needed", Assert.Throws<InvalidDataException>(() => file.Floats("whole", [3])).Message, StringComparison.Ordinal);
        Assert.Contains("holds no tensor 'none'", Assert.Throws<InvalidDataException>(() => file.Floats("none", [3])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""", 12, "holds 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 12, "which is not what")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}""", 12, "which is not what")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 12, "which is not what")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 12, "holds 12 bytes")]
    [InlineData("""{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}""", 12, "unknown type 'F99'")]
    [InlineData("""{"a":{"dtype":"0","shape":[2],"data_offsets":[0,8]}}""", 12, "unknown type '0'")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 12, "header cannot be read")]
    [InlineData("""{"a":""", 12, "header cannot be read")]
    [InlineData("""[1]""", 12, "header cannot be read")]
    public void A_header_that_does_not_fit_the_file_is_refused(string header, int dataBytes, string complaint)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("bad.safetensors");
        WriteRaw(path, (ulong)Encoding.UTF8.GetByteCount(header), header, dataBytes);

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));

        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains("bad.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(100UL)]
    public void A_header_longer_than_the_file_is_refused_before_anything_is_allocated(ulong length)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("bad.safetensors");
        WriteRaw(path, length, "{}", 4);

        Assert.Contains("header is said to have", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_few_bytes_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("short"), [1, 2, 3]);

        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(folder.At("short")));
    }

    [Fact]
    public void The_digest_is_of_the_whole_file_in_whatever_pieces_it_came()
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[5_000_003];
        new Random(3).NextBytes(bytes);

        var written = SafetensorsWriter.Write(folder.At("a.safetensors"), new Dictionary<string, string>(),
        [
            new SafetensorsTensor("whole", SafetensorsType.U8, [bytes.Length], take => take(bytes)),
            new SafetensorsTensor("in pieces", SafetensorsType.U8, [bytes.Length], take =>
            {
                foreach (var piece in bytes.Chunk(300_007))
                {
                    take(piece);
                }
            }),
        ]);

        using var file = SafetensorsFile.Open(folder.At("a.safetensors"));
        Assert.Equal(bytes, file.Read("whole"));
        Assert.Equal(bytes, file.Read("in pieces"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(written.Path))), written.Sha256);
    }

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("a.safetensors");
        SafetensorsWriter.Write(path, new Dictionary<string, string>(), [new SafetensorsTensor("x", SafetensorsType.U8, [1], take => take([5]))]);
        var before = File.ReadAllBytes(path);

        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Write(
            path, new Dictionary<string, string>(), [new SafetensorsTensor("x", SafetensorsType.U8, [3], take => take([5]))]));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_full_disk_is_named_with_what_is_missing()
    {
        var error = Assert.Throws<IOException>(() => FreeSpace.Require(100 << 20, "/data", 90 << 20));

        Assert.Equal("90 MiB are to be written to /data and 16 MiB must stay free, 100 MiB are free.", error.Message);
        FreeSpace.Require(200 << 20, "/data", 90 << 20);
    }

    private static void WriteRaw(string path, ulong length, string header, int dataBytes)
    {
        using var stream = File.Create(path);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        stream.Write(prefix);
        stream.Write(Encoding.UTF8.GetBytes(header));
        stream.Write(new byte[dataBytes]);
    }
}
