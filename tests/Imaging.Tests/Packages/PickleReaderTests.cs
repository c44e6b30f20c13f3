using System.Diagnostics;
using Hermes.Benchmarks.Fuzzing;
using Hermes.Imaging.Packages;

namespace Hermes.Imaging.Tests.Packages;

/// <summary>Pickles that nobody would save who means well.</summary>
public sealed class PickleReaderTests
{
    private const string Trust = "Where you trust the file, load it in PyTorch and torch.save a state dict of plain tensors.";
    private const string Damaged = "The file is damaged, or torch.save did not write it: copy or save it again.";
    private const string OnlyTensors = "which is not read: only tensors, containers and numbers are";

    [Theory]
    [InlineData("os.system")]
    [InlineData("posix.system")]
    [InlineData("builtins.eval")]
    [InlineData("subprocess.Popen")]
    [InlineData("torch.jit.load")]
    [InlineData("torch.storage.UntypedStorage")]
    [InlineData("torch._utils._rebuild_tensor_v3")]
    [InlineData("numpy.core.multiarray.scalar")]
    [InlineData("torch.Size.__init__")]
    public void What_is_not_known_is_refused_by_its_name(string name) => Assert.Equal(
        $"The pickle of 'x.pth' asks for {name}, {OnlyTensors} (byte 2). {Trust}",
        Refusal(pickle =>
        {
            pickle.Name(new PickledName(name));
            pickle.Tuple(() => pickle.Text("rm -rf /"));
            pickle.Write(PickleOpcode.Reduce);
        }));

    [Fact]
    public void A_name_stays_on_one_line_of_the_message() => Assert.Contains(
        "asks for os.sys?[31mtem, which is not read", Refusal(pickle => pickle.Name(new PickledName("os.sys\e[31mtem"))), StringComparison.Ordinal);

    [Fact]
    public void A_name_that_is_put_together_from_text_is_refused_as_well()
    {
        Assert.Contains("asks for os.system, which is not read", Refusal(pickle =>
        {
            pickle.Text("os");
            pickle.Text("system");
            pickle.Write(PickleOpcode.StackGlobal);
        }), StringComparison.Ordinal);
        Assert.Contains("has a name that is no short text", Refusal(pickle =>
        {
            pickle.WholeNumber(1);
            pickle.Text("system");
            pickle.Write(PickleOpcode.StackGlobal);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_the_identity_of_a_storage_is_refused()
    {
        Assert.Contains("asks for os.system, which is not read", Refusal(pickle =>
        {
            pickle.Tuple(() =>
            {
                pickle.Text("storage");
                pickle.Name(new PickledName("os.system"));
            });
            pickle.Write(PickleOpcode.PersistentId);
        }), StringComparison.Ordinal);
        Assert.Contains("refers to something outside of it that is no storage of tensors", Refusal(pickle =>
        {
            pickle.Tuple(() =>
            {
                pickle.Text("storage");
                pickle.Name(PickledName.OrderedDictionary);
                pickle.Text("0");
                pickle.Text("cpu");
                pickle.WholeNumber(1);
            });
            pickle.Write(PickleOpcode.PersistentId);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_does_not_become_a_value()
    {
        Assert.Contains("has a storage or a name of its own", Refusal(pickle => pickle.Name(PickledName.Size)), StringComparison.Ordinal);
        Assert.Contains("has a storage or a name of its own", Refusal(pickle => TorchSamples.Storage(pickle, "0", TorchElementType.UInt8, 16)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('i')] // INST, which names and calls at once
    [InlineData('o')]
    [InlineData('P')]
    [InlineData('0')]
    [InlineData('I')]
    [InlineData('S')]
    [InlineData((char)0x81)] // NEWOBJ
    [InlineData((char)0x82)] // EXT1
    [InlineData((char)0x8b)] // LONG4
    [InlineData((char)0x8e)] // BINBYTES8
    [InlineData((char)0x92)] // NEWOBJ_EX
    [InlineData((char)0x97)] // NEXT_BUFFER
    [InlineData((char)0xff)]
    public void Operations_that_are_not_needed_are_refused(char code) => Assert.Equal(
        $"The pickle of 'x.pth' has the operation 0x{(int)code:x2}, which is not read: only those that make tensors, containers and numbers are (byte 2). {Trust}",
        Refusal(pickle => pickle.Write((PickleOpcode)code)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public void Another_protocol_is_refused(byte protocol) => Assert.Contains(
        $"is of protocol {protocol}, which is not read: 2 to 5 are",
        Refusal([(byte)PickleOpcode.Protocol, protocol, (byte)PickleOpcode.None, (byte)PickleOpcode.Stop]),
        StringComparison.Ordinal);

    [Fact]
    public void What_is_no_pickle_is_refused() => Assert.Contains("does not begin as a pickle does", Refusal("{\"epoch\": 1}"u8.ToArray()), StringComparison.Ordinal);

    [Fact]
    public void The_memo_gives_back_only_what_was_put_into_it()
    {
        Assert.Equal(
            $"The pickle of 'x.pth' asks for value 0 of the 0 that it has remembered (byte 2). {Damaged}",
            Refusal(pickle => TorchSamples.Memo(pickle, PickleOpcode.Get1, 0)));
        Assert.Contains("remembers value 9 before value 0", Refusal(pickle =>
        {
            pickle.Write(PickleOpcode.None);
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 9);
        }), StringComparison.Ordinal);
        Assert.Contains("asks for value 4294967295", Refusal(pickle => Bytes(pickle, PickleOpcode.Get4, 0xff, 0xff, 0xff, 0xff)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_number_of_more_bytes_than_any_seed_has_is_refused() => Assert.Contains(
        "has a whole number of 255 bytes, which is not read: at most 16 are",
        Refusal(pickle => Bytes(pickle, PickleOpcode.WholeNumberOfAnySize, [255, .. new byte[255]])),
        StringComparison.Ordinal);

    [Fact]
    public void A_length_beyond_the_end_is_refused_before_anything_is_allocated()
    {
        byte[] most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        (PickleOpcode, byte[])[] lengths =
        [
            (PickleOpcode.ShortText, most[..1]),
            (PickleOpcode.Text, most[..4]),
            (PickleOpcode.LongText, most),
            (PickleOpcode.LongText, [.. most[..7], 0x7f]),
            (PickleOpcode.Frame, most),
        ];
        foreach (var (code, length) in lengths)
        {
            var pickle = TorchSamples.Pickle(pickle => Bytes(pickle, code, length));
            var before = GC.GetAllocatedBytesForCurrentThread();

            Assert.Contains("bytes where 1 are left", Refusal(pickle), StringComparison.Ordinal);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused() =>
        Assert.Contains("has text that is not UTF-8", Refusal(pickle => Bytes(pickle, PickleOpcode.ShortText, 2, 0xc3, 0x28)), StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused_however_it_is_made()
    {
        foreach (var depth in (int[])[PickleTree.LargestDepth, PickleTree.LargestDepth + 1, 1_000_000])
        {
            var lists = TorchSamples.Pickle(pickle =>
            {
                for (var n = 0; n < depth; n++)
                {
                    pickle.Write(PickleOpcode.EmptyList);
                }

                for (var n = 1; n < depth; n++)
                {
                    pickle.Write(PickleOpcode.Append);
                }
            });
            var tuples = TorchSamples.Pickle(pickle =>
            {
                pickle.Write(PickleOpcode.EmptyTuple);
                for (var n = 1; n < depth; n++)
                {
                    pickle.Write(PickleOpcode.Tuple1);
                }
            });

            foreach (var pickle in (byte[][])[lists, tuples])
            {
                if (depth <= PickleTree.LargestDepth)
                {
                    Open(pickle).Dispose();
                }
                else
                {
                    Assert.Matches("has containers in containers more than 64 deep|makes more values than the size of the file accounts for", Refusal(pickle));
                }
            }
        }
    }

    [Fact]
    public void A_list_that_holds_itself_is_refused()
    {
        Assert.Contains("has a container that holds itself", Refusal(pickle =>
        {
            pickle.Write(PickleOpcode.EmptyList);
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 0);
            TorchSamples.Memo(pickle, PickleOpcode.Get1, 0);
            pickle.Write(PickleOpcode.Append);
        }), StringComparison.Ordinal);
        Assert.Contains("has a container that holds itself", Refusal(pickle =>
        {
            pickle.Write(PickleOpcode.EmptyDictionary);
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 0);
            pickle.Text("self");
            TorchSamples.Memo(pickle, PickleOpcode.Get1, 0);
            pickle.Write(PickleOpcode.Tuple1);
            pickle.Write(PickleOpcode.SetItem);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_double_again_and_again_are_refused() => Assert.Contains("repeats its values until there are more than it has bytes", Refusal(pickle =>
    {
        pickle.Write(PickleOpcode.EmptyList);
        for (byte n = 0; n < 50; n++)
        {
            TorchSamples.Memo(pickle, PickleOpcode.Put1, n);
            pickle.Write(PickleOpcode.EmptyList);
            pickle.Write(PickleOpcode.Mark);
            TorchSamples.Memo(pickle, PickleOpcode.Get1, n);
            TorchSamples.Memo(pickle, PickleOpcode.Get1, n);
            pickle.Write(PickleOpcode.Appends);
        }

        // The lists below are of no further use.
        for (byte n = 0; n < 50; n++)
        {
            pickle.Write(PickleOpcode.Tuple2);
        }
    }), StringComparison.Ordinal);

    [Theory]
    [InlineData(nameof(PickleOpcode.Stop))]
    [InlineData(nameof(PickleOpcode.Append))]
    [InlineData(nameof(PickleOpcode.SetItem))]
    [InlineData(nameof(PickleOpcode.SetItems))]
    [InlineData(nameof(PickleOpcode.Appends))]
    [InlineData(nameof(PickleOpcode.Tuple))]
    [InlineData(nameof(PickleOpcode.Tuple3))]
    [InlineData(nameof(PickleOpcode.Reduce))]
    [InlineData(nameof(PickleOpcode.Build))]
    [InlineData(nameof(PickleOpcode.PersistentId))]
    [InlineData(nameof(PickleOpcode.StackGlobal))]
    [InlineData(nameof(PickleOpcode.Memoize))]
    public void An_operation_without_its_values_is_refused(string operation)
    {
        var code = Enum.Parse<PickleOpcode>(operation);
        Assert.EndsWith(Damaged, Refusal(pickle => pickle.Write(code)), StringComparison.Ordinal);
        Refusal(pickle =>
        {
            pickle.Write(PickleOpcode.None);
            pickle.Write(PickleOpcode.Mark);
            pickle.Write(code);
        });
    }

    [Fact]
    public void A_pickle_that_does_not_end_or_goes_on_is_refused()
    {
        Assert.Contains("asks for 1 bytes where 0 are left", Refusal([(byte)PickleOpcode.Protocol, 2, (byte)PickleOpcode.None]), StringComparison.Ordinal);
        Assert.Contains("goes on after its end", Refusal(pickle =>
        {
            pickle.Write(PickleOpcode.None);
            pickle.Write(PickleOpcode.Stop);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dictionary_that_says_a_key_twice_or_has_another_kind_of_key_is_refused()
    {
        Assert.Contains("has a dictionary that says a key twice", Refusal(pickle => Dictionary(pickle, () => pickle.Text("a"), () => pickle.Text("a"))), StringComparison.Ordinal);
        Assert.Contains("has a dictionary with a key that is neither", Refusal(pickle => Dictionary(pickle, () => pickle.Write(PickleOpcode.None))), StringComparison.Ordinal);
        Assert.Contains("has a dictionary with a key that is neither", Refusal(pickle => Dictionary(pickle, () => pickle.Text(new string('a', 1025)))), StringComparison.Ordinal);

        static void Dictionary(PickleWriter pickle, params Action[] keys)
        {
            pickle.Write(PickleOpcode.EmptyDictionary);
            pickle.Entries(() =>
            {
                foreach (var key in keys)
                {
                    key();
                    pickle.WholeNumber(1);
                }
            });
        }
    }

    [Fact]
    public void Attributes_are_set_of_nothing_but_a_state_dict()
    {
        Assert.Contains("sets the attributes of an object", Refusal(pickle =>
        {
            pickle.Write(PickleOpcode.EmptyDictionary);
            pickle.Write(PickleOpcode.EmptyDictionary);
            pickle.Write(PickleOpcode.Build);
        }), StringComparison.Ordinal);
        Assert.Contains("sets the attributes of an object", Refusal(pickle =>
        {
            pickle.EmptyOrderedDictionary();
            pickle.Write(PickleOpcode.EmptyTuple);
            pickle.Write(PickleOpcode.Build);
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_known_is_called_as_torch_save_calls_it_or_not_at_all() => Assert.Contains(
        "asks to call torch.FloatStorage in a way that is not read",
        Refusal(pickle =>
        {
            pickle.Name(PickledName.Storage(TorchElementType.Float32));
            pickle.Tuple(() => pickle.WholeNumber(1_000_000_000));
            pickle.Write(PickleOpcode.Reduce);
        }),
        StringComparison.Ordinal);

    [Fact]
    public void A_storage_that_is_shorter_than_its_tensor_is_refused()
    {
        Assert.Contains("tensor [17] that reaches outside its storage '0' of 16 elements", Tensor(16, 0, [17], [1]), StringComparison.Ordinal);
        Assert.Contains("tensor [4, 4] that reaches outside its storage", Tensor(16, 1, [4, 4], [4, 1]), StringComparison.Ordinal);
        Assert.Contains("tensor [2] that reaches outside its storage", Tensor(16, 0, [2], [16]), StringComparison.Ordinal);
        Assert.Contains("tensor [] that reaches outside its storage", Tensor(16, 16, [], []), StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_a_stride_or_an_offset_that_is_negative_or_overflows_is_refused()
    {
        Assert.Contains("has a negative size, stride or offset", Tensor(16, 0, [4, 4], [-4, 1]), StringComparison.Ordinal);
        Assert.Contains("has a negative size, stride or offset", Tensor(16, 0, [-4], [1]), StringComparison.Ordinal);
        Assert.Contains("has a negative size, stride or offset", Tensor(16, -1, [4], [1]), StringComparison.Ordinal);
        Assert.Contains("reaches outside its storage", Tensor(16, 0, [1L << 32, 1L << 32], [1L << 32, 1]), StringComparison.Ordinal);
        Assert.Contains("reaches outside its storage", Tensor(16, 0, [long.MaxValue, long.MaxValue], [long.MaxValue, long.MaxValue]), StringComparison.Ordinal);
        Assert.Contains("reaches outside its storage", Tensor(16, long.MaxValue, [2], [long.MaxValue]), StringComparison.Ordinal);
        Assert.Contains("whose size, strides or offset are no whole numbers", Tensor(16, 0, [(Int128)1 << 64], [1]), StringComparison.Ordinal);
        Assert.Contains("has 2 axes and 1 strides", Tensor(16, 0, [2, 2], [1]), StringComparison.Ordinal);
        Assert.Contains("has 65 axes and 65 strides", Tensor(16, 0, [.. Enumerable.Repeat((Int128)1, 65)], [.. Enumerable.Repeat((Int128)1, 65)]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_that_has_its_elements_more_than_once_is_refused() => Assert.Contains(
        "has the 16 elements of its storage '0' more than once, as an expanded one does", Tensor(16, 0, [1L << 62, 1L << 62], [0, 0]), StringComparison.Ordinal);

    [Fact]
    public void A_storage_is_as_long_as_the_archive_says()
    {
        Assert.Contains("refers to the storage '0' of 17 elements in a torch.ByteStorage, for which the archive has 16 bytes", Tensor(17, 0, [16], [1]), StringComparison.Ordinal);
        Assert.Contains("for which the archive has 16 bytes", Tensor(-16, 0, [16], [1]), StringComparison.Ordinal);
        Assert.Contains("for which the archive has 16 bytes", Tensor(((Int128)1 << 64) + 16, 0, [16], [1]), StringComparison.Ordinal);
        foreach (var key in (string[])["9", "../0", "0/", ""])
        {
            Assert.Contains(
                $"refers to the storage '{key}' of 16 elements in a torch.ByteStorage, which is not in the archive",
                Refusal(pickle => TorchSamples.Tensor(pickle, key, TorchElementType.UInt8, 16, 0, [16], [1])),
                StringComparison.Ordinal);
        }

        Assert.Contains("and otherwise before", Refusal(pickle => pickle.Tuple(() =>
        {
            TorchSamples.Tensor(pickle, "0", TorchElementType.UInt8, 16, 0, [16], [1]);
            TorchSamples.Tensor(pickle, "0", TorchElementType.Float32, 4, 0, [4], [1]);
        })), StringComparison.Ordinal);
    }

    // What one byte each asks for most, and what costs time without asking for memory.
    public static TheoryData<string> Floods => ["lists", "dictionaries", "marks", "texts", "tensors", "memo", "keys", "tuples", "names"];

    [Theory]
    [MemberData(nameof(Floods))]
    public void However_much_a_pickle_asks_for_memory_and_time_are_bounded(string flood)
    {
        const int Bytes = 16 << 20;
        var pickle = TorchSamples.Pickle(pickle =>
        {
            pickle.Write(PickleOpcode.EmptyList);
            pickle.Write(PickleOpcode.Mark);
            pickle.Text(new string('k', 1000));
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 0);
            pickle.Value(new TorchTuple([.. Enumerable.Repeat(new TorchWholeNumber(1), 64)]));
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 1);
            TorchSamples.Storage(pickle, "0", TorchElementType.UInt8, 16);
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 2);
            pickle.Name(PickledName.Tensor);
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 3);
            pickle.EmptyOrderedDictionary();
            TorchSamples.Memo(pickle, PickleOpcode.Put1, 4);
            var part = flood switch
            {
                "lists" => "]"u8.ToArray(),
                "dictionaries" => "}"u8.ToArray(),
                "marks" => "("u8.ToArray(),
                "texts" => new byte[] { (byte)PickleOpcode.ShortText, 0 },
                "tensors" => [.. "h\x03(h\x02K\0h\x01h\x01"u8, (byte)PickleOpcode.False, .. "h\x04tR"u8],
                "memo" => [(byte)PickleOpcode.Memoize],
                "keys" => "}h\0h\0s"u8.ToArray(),
                "tuples" => "h\x01h\x01"u8.ToArray().Append((byte)PickleOpcode.Tuple2).ToArray(),
                _ => "ctorch\nSize\n"u8.ToArray(),
            };
            for (var at = 0; at < Bytes; at += part.Length)
            {
                foreach (var one in part)
                {
                    pickle.Write((PickleOpcode)one);
                }
            }

            pickle.Write(PickleOpcode.Appends);
        });
        var archive = TorchSamples.Checkpoint(pickle, ("0", new byte[16]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();

        Assert.Throws<InvalidDataException>(() => Open(archive));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2L * archive.Length + (64 << 20));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
    }

    private static string Tensor(Int128 elements, Int128 offset, Int128[] shape, Int128[] strides) =>
        Refusal(pickle => TorchSamples.Tensor(pickle, "0", TorchElementType.UInt8, elements, offset, shape, strides));

    private static void Bytes(PickleWriter pickle, PickleOpcode code, params byte[] bytes)
    {
        pickle.Write(code);
        foreach (var one in bytes)
        {
            pickle.Write((PickleOpcode)one);
        }
    }

    private static string Refusal(Action<PickleWriter> write) => Refusal(TorchSamples.Pickle(write));

    private static string Refusal(byte[] pickle) => Assert.Throws<InvalidDataException>(() => Open(pickle)).Message;

    private static TorchCheckpointFile Open(byte[] pickle) =>
        TorchCheckpointFile.Open(new MemoryStream(pickle is [(byte)'P', (byte)'K', ..] ? pickle : TorchSamples.Checkpoint(pickle, ("0", new byte[16]))), "x.pth");
}
