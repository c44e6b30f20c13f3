using System.IO.Compression;
using CsCheck;
using Hermes.Benchmarks.Fuzzing;
using Hermes.Imaging.Packages;

namespace Hermes.Imaging.Tests.Packages;

public sealed class TorchCheckpointWriterTests
{
    private static readonly Gen<(string, TorchElementType, long[])> AnyTensor = Gen.Select(
        Gen.String[Gen.Char['a', 'z'], 1, 30], Gen.Enum<TorchElementType>(), Gen.Long[0, 5].Array[0, 5]);

    [Fact]
    public void What_was_written_is_read_with_its_keys_in_order_its_types_shapes_and_bytes() =>
        AnyTensor.Array[0, 12].Sample(described =>
        {
            (string Name, TorchElementType Type, long[] Shape, byte[] Bytes)[] tensors =
            [
                .. described.Select((tensor, n) => ($"{n}.{tensor.Item1}", tensor.Item2, tensor.Item3,
                    TorchSamples.Counted((int)tensor.Item3.Aggregate(TorchStorage.ElementSize(tensor.Item2), (product, axis) => product * (int)axis)))),
            ];

            using var stream = Written([.. tensors.Select(tensor => Source(tensor.Name, tensor.Type, tensor.Shape, tensor.Bytes))]);
            using var file = TorchCheckpointFile.Open(stream, "written");

            var state = Assert.IsType<TorchDictionary>(file.Root);
            Assert.Equal(tensors.Select(tensor => tensor.Name), state.Entries.Select(entry => ((TorchText)entry.Key).Text));
            foreach (var (tensor, read) in tensors.Zip(state.Entries.Select(entry => (TorchTensor)entry.Value)))
            {
                Assert.Equal(tensor.Type, read.Type);
                Assert.Equal(tensor.Shape, read.Shape);
                Assert.Equal(tensor.Bytes, Bytes(file, read));
            }
        }, iter: 300);

    [Fact]
    public void A_state_dict_stands_in_a_dictionary_behind_what_is_beside_it()
    {
        using var stream = Written([Source("weight", TorchElementType.Int16, [2])], "model_state_dict", [
            new("epoch", new TorchWholeNumber(3)),
            new("seed", new TorchWholeNumber(ulong.MaxValue)),
            new("least", new TorchWholeNumber(Int128.MinValue)),
            new("rate", new TorchNumber(-0.25)),
            new("isBest", new TorchBoolean(true)),
            new("ema_model_state_dict", TorchNone.Instance),
            new("sizes", new TorchTuple([new TorchList([new TorchWholeNumber(-300), new TorchText("größe")])])),
        ]);
        using var file = TorchCheckpointFile.Open(stream, "written");

        var root = Assert.IsType<TorchDictionary>(file.Root);
        Assert.Equal(
            ["epoch", "seed", "least", "rate", "isBest", "ema_model_state_dict", "sizes", "model_state_dict"],
            root.Entries.Select(entry => ((TorchText)entry.Key).Text));
        Assert.Equal(new TorchWholeNumber(3), root.Find("epoch"));
        Assert.Equal(new TorchWholeNumber(ulong.MaxValue), root.Find("seed"));
        Assert.Equal(new TorchWholeNumber(Int128.MinValue), root.Find("least"));
        Assert.Equal(new TorchNumber(-0.25), root.Find("rate"));
        Assert.Equal(new TorchBoolean(true), root.Find("isBest"));
        Assert.Equal(TorchNone.Instance, root.Find("ema_model_state_dict"));
        var sizes = Assert.IsType<TorchList>(Assert.Single(Assert.IsType<TorchTuple>(root.Find("sizes")).Items));
        Assert.Equal([new TorchWholeNumber(-300), new TorchText("größe")], sizes.Items);
        Assert.NotNull(Assert.IsType<TorchDictionary>(root.Find("model_state_dict")).Find("weight"));
        Assert.Null(root.Find("optimizer_state_dict"));
    }

    [Theory]
    [InlineData(0), InlineData(255), InlineData(256), InlineData(65535), InlineData(65536), InlineData(int.MaxValue), InlineData(1L << 31), InlineData(long.MaxValue)]
    [InlineData(-1), InlineData(-128), InlineData(-129), InlineData(int.MinValue), InlineData(-1L - (1L << 31)), InlineData(long.MinValue)]
    public void Whole_numbers_of_every_length_are_kept(long number)
    {
        using var stream = Written([], "state", [new("number", new TorchWholeNumber(number))]);
        using var file = TorchCheckpointFile.Open(stream, "written");

        Assert.Equal(new TorchWholeNumber(number), Assert.IsType<TorchDictionary>(file.Root).Find("number"));
    }

    [Fact]
    public void The_data_of_every_tensor_is_stored_as_it_is_at_a_multiple_of_64_bytes()
    {
        using var stream = Written([.. Enumerable.Range(1, 40).Select(n => Source($"tensor{n}", TorchElementType.UInt8, [n * 3]))]);
        var bytes = stream.ToArray();

        using var archive = new ZipArchive(stream);
        foreach (var n in Enumerable.Range(1, 40))
        {
            var entry = archive.GetEntry($"archive/data/{n - 1}")!;
            Assert.Equal(entry.Length, entry.CompressedLength);
            var content = TorchSamples.Counted(n * 3);
            var name = "archive/data/"u8.ToArray().Concat($"{n - 1}".Select(c => (byte)c)).ToArray();
            var at = bytes.AsSpan().IndexOf([.. name, .. content]) + name.Length;
            Assert.True(at > name.Length && at % TorchCheckpointWriter.Alignment == 0, $"Entry {n} begins at {at}.");
        }
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        using var first = Written([Source("weight", TorchElementType.Float32, [3, 4])], "state", [new("epoch", new TorchWholeNumber(1))]);
        using var second = Written([Source("weight", TorchElementType.Float32, [3, 4])], "state", [new("epoch", new TorchWholeNumber(1))]);

        Assert.Equal(first.ToArray(), second.ToArray());
        using var archive = new ZipArchive(new MemoryStream(first.ToArray()));
        Assert.All(archive.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime)); // and not when it was written
    }

    [Fact]
    [Trait("Length", "Long")]
    public void A_tensor_of_more_than_4_GiB_is_written_and_read_and_so_is_what_follows_it()
    {
        const int Part = 1 << 20, Parts = 4100;
        using var folder = new TemporaryFolder();
        var part = new byte[Part];

        TorchCheckpointWriter.Write(folder.At("large.pth"), [
            new TorchTensorSource("large", TorchElementType.UInt8, [Parts, Part], stream =>
            {
                for (var n = 0; n < Parts; n++)
                {
                    stream.Write(part);
                }
            }),
            Source("small", TorchElementType.Float32, [5]),
        ]);

        using var file = TorchCheckpointFile.Open(folder.At("large.pth"));
        var state = Assert.IsType<TorchDictionary>(file.Root);
        var large = Assert.IsType<TorchTensor>(state.Find("large"));
        Assert.Equal((long)Parts * Part, large.Length);
        file.Read(large, _ => { });
        Assert.Equal(TorchSamples.Counted(20), Bytes(file, Assert.IsType<TorchTensor>(state.Find("small"))));
    }

    [Fact]
    public void A_file_appears_whole_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.pth", "before");
        var good = Source("good", TorchElementType.Float32, [2]);

        var refusal = Assert.Throws<ArgumentException>(() =>
            TorchCheckpointWriter.Write(path, [good, new TorchTensorSource("bad", TorchElementType.Float32, [2], stream => stream.Write(new byte[7]))]));
        Assert.StartsWith("The tensor 'bad' wrote 7 bytes, Float32 [2] needs 8.", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => TorchCheckpointWriter.Write(path, [good with { Write = _ => throw new IOException("gone") }]));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));

        TorchCheckpointWriter.Write(path, [good]);

        using var file = TorchCheckpointFile.Open(path);
        Assert.Equal(path, file.Name);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void What_cannot_be_a_state_dict_is_refused()
    {
        var weight = Source("weight", TorchElementType.Float32, [2]);

        Assert.StartsWith("'weight' is there twice.", Refusal([weight, weight]), StringComparison.Ordinal);
        Assert.StartsWith("'state' is there twice.", Refusal([weight], "state", [new("state", TorchNone.Instance)]), StringComparison.Ordinal);
        Assert.StartsWith("What stands beside a state dict needs a name", Refusal([weight], null, [new("epoch", TorchNone.Instance)]), StringComparison.Ordinal);
        Assert.StartsWith("The tensor 'weight' cannot be [-1].", Refusal([weight with { Shape = [-1] }]), StringComparison.Ordinal);
        Assert.StartsWith("The tensor 'weight' cannot be", Refusal([weight with { Shape = [1L << 40, 1L << 40] }]), StringComparison.Ordinal);
        Assert.StartsWith("The tensor 'weight' cannot be", Refusal([weight with { Shape = [0, 1L << 40, 1L << 40] }]), StringComparison.Ordinal);

        static string Refusal(TorchTensorSource[] tensors, string? under = null, KeyValuePair<string, TorchValue>[]? beside = null) =>
            Assert.Throws<ArgumentException>(() => Written(tensors, under, beside)).Message;
    }

    private static TorchTensorSource Source(string name, TorchElementType type, long[] shape, byte[]? bytes = null)
    {
        bytes ??= TorchSamples.Counted((int)shape.Aggregate(TorchStorage.ElementSize(type), (product, axis) => product * (int)axis));
        return new TorchTensorSource(name, type, shape, stream => stream.Write(bytes));
    }

    private static MemoryStream Written(IReadOnlyList<TorchTensorSource> tensors, string? under = null, IReadOnlyList<KeyValuePair<string, TorchValue>>? beside = null)
    {
        var stream = new MemoryStream();
        TorchCheckpointWriter.Write(stream, tensors, under, beside);
        return stream;
    }

    private static byte[] Bytes(TorchCheckpointFile file, TorchTensor tensor)
    {
        using var bytes = new MemoryStream();
        file.Read(tensor, bytes.Write);
        return bytes.ToArray();
    }
}
