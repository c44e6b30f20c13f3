using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Hermes.Benchmarks.Fuzzing;
using Hermes.Imaging.Packages;

namespace Hermes.Imaging.Tests.Packages;

public sealed class TorchCheckpointFileTests
{
    private const string SaveAgain = "Load it in PyTorch, where you trust it, and torch.save its state dict with PyTorch 1.6 or later.";
    private const string CopyAgain = "The file is damaged, or torch.save did not write it: copy or save it again.";

    private static readonly byte[] Empty = TorchSamples.Pickle(pickle => pickle.Write(PickleOpcode.EmptyDictionary));

    public static TheoryData<int> SoundSamples => [.. Enumerable.Range(0, TorchSamples.Sound.Count)];

    [Theory]
    [MemberData(nameof(SoundSamples))]
    public void Every_form_of_a_checkpoint_is_read(int sample)
    {
        using var file = Open(TorchSamples.Archive(TorchSamples.Sound[sample]));

        Assert.NotEmpty(Assert.IsType<TorchDictionary>(file.Root).Entries);
    }

    [Fact]
    public void A_tensor_is_copied_in_row_major_order_however_it_lies_in_its_storage()
    {
        using var file = Open(TorchSamples.Archive(TorchSamples.Sound[1]));
        var storage = MemoryMarshal.Cast<byte, int>(TorchSamples.Counted(96)).ToArray();
        var model = (TorchDictionary)((TorchDictionary)file.Root).Find("model")!;

        Assert.Equal(storage[..6], Values(file, model, "weight"));
        Assert.Equal(
            from i in Enumerable.Range(0, 2) from j in Enumerable.Range(0, 3) from k in Enumerable.Range(0, 3) select storage[6 + i + 6 * j + 2 * k],
            Values(file, model, "bias"));
        Assert.Same(((TorchTensor)model.Find("weight")!).Storage, ((TorchTensor)model.Find("bias")!).Storage);
        Assert.Empty(((TorchTensor)model.Find("count")!).Shape);
    }

    [Fact]
    public void Tensors_that_are_not_contiguous_are_copied_for_every_size_of_element()
    {
        foreach (var type in Enum.GetValues<TorchElementType>())
        {
            var size = TorchStorage.ElementSize(type);
            const int Rows = 300, Columns = 500;
            var bytes = TorchSamples.Counted(Rows * Columns * size);
            using var file = Open(TorchSamples.Checkpoint(
                TorchSamples.Pickle(pickle => TorchSamples.Tensor(pickle, "0", type, Rows * Columns, 0, [Columns, 1, Rows], [1, long.MaxValue, Columns])), ("0", bytes)));

            var places = from column in Enumerable.Range(0, Columns) from row in Enumerable.Range(0, Rows) select (row * Columns + column) * size;
            byte[] expected = [.. places.SelectMany(at => bytes[at..(at + size)])];
            Assert.True(expected.AsSpan().SequenceEqual(Bytes(file, (TorchTensor)file.Root)), $"Elements of {type} are out of order.");
        }
    }

    [Fact]
    public void Channels_last_memory_is_copied_in_the_order_of_the_shape()
    {
        using var file = Open(TorchSamples.Checkpoint(
            TorchSamples.Pickle(pickle => TorchSamples.Tensor(pickle, "0", TorchElementType.UInt8, 24, 0, [1, 2, 3, 4], [24, 1, 8, 2])), ("0", TorchSamples.Counted(24))));

        var expected = from c in Enumerable.Range(0, 2) from h in Enumerable.Range(0, 3) from w in Enumerable.Range(0, 4) select TorchSamples.Counted(24)[c + 8 * h + 2 * w];
        Assert.Equal(expected, Bytes(file, (TorchTensor)file.Root));
    }

    [Fact]
    public void A_storage_that_many_tensors_share_is_held_once_at_most()
    {
        const int Length = 8 << 20, Tensors = 200;
        using var file = Open(TorchSamples.Checkpoint(
            TorchSamples.Pickle(pickle =>
            {
                pickle.Write(PickleOpcode.EmptyList);
                pickle.Write(PickleOpcode.Mark);
                for (var n = 0; n < Tensors; n++)
                {
                    TorchSamples.Tensor(pickle, "0", TorchElementType.UInt8, Length, 0, [Length], [1]);
                }

                pickle.Write(PickleOpcode.Appends);
            }),
            ("0", new byte[Length])));

        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var tensor in ((TorchList)file.Root).Items.Cast<TorchTensor>())
        {
            file.Read(tensor, _ => { });
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Each_of_many_small_tensors_of_a_large_storage_is_read_from_where_it_is()
    {
        const int Length = 32 << 20, Tensors = 5000, Step = Length / Tensors;
        var storage = new byte[Length];
        for (var n = 0; n < Tensors; n++)
        {
            storage[n * Step] = (byte)n;
            storage[n * Step + 2] = (byte)(n >> 8);
        }

        using var file = Open(TorchSamples.Checkpoint(
            TorchSamples.Pickle(pickle =>
            {
                pickle.Write(PickleOpcode.EmptyList);
                pickle.Write(PickleOpcode.Mark);
                for (var n = 0; n < Tensors; n++)
                {
                    TorchSamples.Tensor(pickle, "0", TorchElementType.UInt8, Length, n * Step, [2], [n % 2 == 0 ? 2 : 1]);
                }

                pickle.Write(PickleOpcode.Appends);
            }),
            ("0", storage)));

        foreach (var (n, tensor) in ((TorchList)file.Root).Items.Cast<TorchTensor>().Index())
        {
            Assert.Equal([(byte)n, n % 2 == 0 ? (byte)(n >> 8) : (byte)0], Bytes(file, tensor));
        }
    }

    [Fact]
    public void A_tensor_of_another_file_is_refused()
    {
        using var one = Open(TorchSamples.Archive(TorchSamples.Sound[1]));
        using var other = Open(TorchSamples.Archive(TorchSamples.Sound[1]));
        var tensor = (TorchTensor)((TorchDictionary)((TorchDictionary)other.Root).Find("model")!).Find("weight")!;

        Assert.Throws<ArgumentException>(() => one.Read(tensor, _ => { }));
    }

    [Fact]
    public void A_file_from_before_PyTorch_was_at_1_6_is_refused_by_what_it_is() => Assert.Equal(
        $"'x.pth' is of the format that torch.save wrote before PyTorch 1.6, which is not read. {SaveAgain}",
        Refusal([0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e, 0x80, 0x02, 0x4d, 0xe9, 0x03, 0x2e]));

    [Fact]
    public void A_tar_file_is_refused_by_what_it_is()
    {
        var tar = new byte[1024];
        "ustar"u8.CopyTo(tar.AsSpan(257));

        Assert.Equal($"'x.pth' is a tar file, as the first versions of PyTorch wrote, which is not read. {SaveAgain}", Refusal(tar));
    }

    [Theory]
    [InlineData("constants.pkl")]
    [InlineData("code/__torch__.py")]
    public void A_TorchScript_archive_is_refused_by_what_it_is(string entry) => Assert.Equal(
        "'x.pth' is a TorchScript archive, which holds a program beside its tensors and is not read. "
        + "Load it with torch.jit.load, where you trust it, and torch.save its state_dict().",
        Refusal(TorchSamples.Archive([("archive/data.pkl", Empty), ($"archive/{entry}", [])])));

    [Fact]
    public void A_file_of_a_big_endian_machine_is_refused_by_what_it_is()
    {
        Assert.StartsWith("'x.pth' was written on a big-endian machine, which is not read.", Refusal(Archive("big")), StringComparison.Ordinal);
        Assert.StartsWith("'x.pth' does not say in its entry 'archive/byteorder'", Refusal(Archive("middle")), StringComparison.Ordinal);
        Open(Archive("little")).Dispose();

        static byte[] Archive(string order) => TorchSamples.Archive([("archive/data.pkl", Empty), ("archive/byteorder", [.. order.Select(c => (byte)c)])]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("<!DOCTYPE html>")]
    public void What_is_no_archive_is_refused(string text) => Assert.Equal(
        $"'x.pth' is no checkpoint of PyTorch: it has {text.Length} bytes and does not begin as a zip archive does. Choose the file that torch.save wrote.",
        Refusal([.. text.Select(c => (byte)c)]));

    [Fact]
    public void An_archive_that_is_cut_off_is_refused_at_every_length()
    {
        var bytes = TorchSamples.Archive(TorchSamples.Sound[2]);

        Assert.All(Enumerable.Range(0, bytes.Length), length => Refusal(bytes[..length]));
    }

    [Theory]
    [InlineData("data.pkl")]
    [InlineData("one/two/data.pkl")]
    [InlineData("archive/other.pkl")]
    public void An_archive_without_a_pickle_in_its_folder_is_refused(string name) => Assert.Equal(
        "'x.pth' is a zip archive, but no checkpoint of PyTorch: it does not hold one NAME/data.pkl. Choose the file that torch.save wrote.",
        Refusal(TorchSamples.Archive([(name, Empty)])));

    [Fact]
    public void A_compressed_entry_is_refused_however_much_it_would_unpack_to()
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var pickle = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open())
            {
                pickle.Write(Empty);
            }

            using var storage = archive.CreateEntry("archive/data/0", CompressionLevel.SmallestSize).Open();
            storage.Write(new byte[64 << 20]);
        }

        Assert.Equal($"'x.pth' has a compressed entry 'archive/data/0', which is not read: torch.save stores them as they are. {SaveAgain}", Refusal(bytes.ToArray()));
    }

    [Fact]
    public void An_encrypted_entry_is_refused()
    {
        var bytes = TorchSamples.Archive([("archive/data.pkl", Empty)]);
        bytes[bytes.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;

        Assert.Equal("'x.pth' has an encrypted entry 'archive/data.pkl', which is not read. Decrypt the archive first.", Refusal(bytes));
    }

    [Fact]
    public void An_entry_that_is_there_twice_is_refused() => Assert.Equal(
        $"'x.pth' has the entry 'archive/data/0' twice. {CopyAgain}",
        Refusal(TorchSamples.Archive([("archive/data.pkl", Empty), ("archive/data/0", [1]), ("archive/data/0", [2])])));

    [Theory]
    [InlineData("../archive/data/0")]
    [InlineData("archive/../../etc/passwd")]
    [InlineData("archive/..")]
    [InlineData("/etc/passwd")]
    [InlineData("archive\\data\\0")]
    public void An_entry_whose_name_leads_out_of_the_archive_is_refused(string name) => Assert.Equal(
        $"'x.pth' has an entry '{name}', a name that leads out of the archive. {CopyAgain}",
        Refusal(TorchSamples.Archive([("archive/data.pkl", Empty), (name, [1])])));

    [Fact]
    public void An_entry_that_is_said_to_be_larger_than_the_file_is_refused_before_anything_is_allocated()
    {
        var bytes = TorchSamples.Archive([("archive/data.pkl", Empty)]);
        var entry = bytes.AsSpan(bytes.AsSpan().IndexOf("PK\x01\x02"u8));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], 0x7fff_ffff);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], 0x7fff_ffff);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"'x.pth' has {bytes.Length} bytes, of which its entry 'archive/data.pkl' is said to take 2147483647. {CopyAgain}", Refusal(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_list_of_entries_that_is_too_long_for_the_file_is_refused_before_it_is_in_memory()
    {
        // One entry, said again and again.
        const ushort Times = ushort.MaxValue - 1;
        var sound = TorchSamples.Archive([("archive/data.pkl", Empty)]);
        var (list, end) = (sound.AsSpan().IndexOf("PK\x01\x02"u8), sound.AsSpan().IndexOf("PK\x05\x06"u8));
        byte[] bytes = [.. sound.AsSpan(0, list), .. Enumerable.Repeat(sound[list..end], Times).SelectMany(entry => entry), .. sound.AsSpan(end)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 14), Times);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 12), Times);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("its list of entries is too long for its size", Refusal(bytes), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * bytes.Length + (32 << 20));
    }

    [Fact]
    public void Storages_that_together_are_larger_than_the_file_are_refused()
    {
        // Ten entries of the list show the same bytes of the file.
        var bytes = TorchSamples.Checkpoint(
            TorchSamples.Pickle(pickle =>
            {
                pickle.Write(PickleOpcode.EmptyList);
                pickle.Write(PickleOpcode.Mark);
                for (var n = 0; n < 10; n++)
                {
                    TorchSamples.Tensor(pickle, $"{n}", TorchElementType.UInt8, 100_000, 0, [100_000], [1]);
                }

                pickle.Write(PickleOpcode.Appends);
            }),
            Enumerable.Range(0, 10).Select(n => ($"{n}", new byte[n == 0 ? 100_000 : 0])));
        var crc = new byte[4];
        for (var n = 0; n < 10; n++)
        {
            var name = bytes.AsSpan().LastIndexOf($"archive/data/{n}".Select(c => (byte)c).ToArray());
            var entry = bytes.AsSpan(name - 46);
            if (n == 0)
            {
                entry.Slice(16, 4).CopyTo(crc);
            }

            crc.CopyTo(entry[16..]);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], 100_000);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[24..], 100_000);
        }

        Assert.Equal($"'x.pth' has {bytes.Length} bytes, of which its storages are said to take 1000000. {CopyAgain}", Refusal(bytes));
    }

    [Fact]
    public void A_byte_that_was_changed_is_found()
    {
        var bytes = TorchSamples.Checkpoint(
            TorchSamples.Pickle(pickle => TorchSamples.Tensor(pickle, "0", TorchElementType.UInt8, 1000, 900, [50], [2])), ("0", TorchSamples.Counted(1000)));
        bytes[bytes.AsSpan().IndexOf(TorchSamples.Counted(1000)) + 3] ^= 1;

        using var file = Open(bytes);

        var refusal = Assert.Throws<InvalidDataException>(() => file.Read((TorchTensor)file.Root, _ => { }));
        Assert.StartsWith("'x.pth' has other bytes in its entry 'archive/data/0' than were written", refusal.Message, StringComparison.Ordinal);
    }

    private static TorchCheckpointFile Open(byte[] bytes) => TorchCheckpointFile.Open(new MemoryStream(bytes, writable: false), "x.pth");

    private static string Refusal(byte[] bytes) => Assert.Throws<InvalidDataException>(() => Open(bytes)).Message;

    private static byte[] Bytes(TorchCheckpointFile file, TorchTensor tensor)
    {
        using var bytes = new MemoryStream();
        file.Read(tensor, bytes.Write);
        return bytes.ToArray();
    }

    private static int[] Values(TorchCheckpointFile file, TorchDictionary state, string key) =>
        MemoryMarshal.Cast<byte, int>(Bytes(file, (TorchTensor)state.Find(key)!)).ToArray();
}
