using System.IO.Compression;
using Hermes.Imaging.Packages;

namespace Hermes.Benchmarks.Fuzzing;

/// <summary>Small checkpoints, put together operation by operation.</summary>
internal static class TorchSamples
{
    /// <summary>The entries of sound checkpoints, the pickle first.</summary>
    public static IReadOnlyList<IReadOnlyList<(string Name, byte[] Bytes)>> Sound { get; } = [Written(), Training(), LaterProtocol()];

    /// <summary>An archive that stores its entries as they are.</summary>
    public static byte[] Archive(IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>A checkpoint of this pickle and these storages.</summary>
    public static byte[] Checkpoint(byte[] pickle, params IEnumerable<(string Key, byte[] Bytes)> storages) =>
        Archive([("archive/data.pkl", pickle), .. storages.Select(storage => ($"archive/data/{storage.Key}", storage.Bytes))]);

    public static byte[] Pickle(Action<PickleWriter> write)
    {
        var pickle = new PickleWriter();
        write(pickle);
        return pickle.End();
    }

    /// <summary>Bytes that differ from each other.</summary>
    public static byte[] Counted(int count) => [.. Enumerable.Range(0, count).Select(n => (byte)(n * 7 + 1))];

    public static void Storage(PickleWriter pickle, string key, TorchElementType type, Int128 elements)
    {
        pickle.Tuple(() =>
        {
            pickle.Text("storage");
            pickle.Name(PickledName.Storage(type));
            pickle.Text(key);
            pickle.Text("cuda:0");
            pickle.WholeNumber(elements);
        });
        pickle.Write(PickleOpcode.PersistentId);
    }

    /// <summary>A tensor of a storage, wherever it lies there.</summary>
    public static void Tensor(PickleWriter pickle, string key, TorchElementType type, Int128 elements, Int128 offset, Int128[] shape, Int128[] strides) =>
        Tensor(pickle, () => Storage(pickle, key, type, elements), offset, shape, strides);

    /// <summary>What operations put into the memo, and take from it.</summary>
    public static void Memo(PickleWriter pickle, PickleOpcode code, byte place)
    {
        pickle.Write(code);
        pickle.Write((PickleOpcode)place);
    }

    private static void Tensor(PickleWriter pickle, Action storage, Int128 offset, Int128[] shape, Int128[] strides)
    {
        pickle.Name(PickledName.Tensor);
        pickle.Tuple(() =>
        {
            storage();
            pickle.WholeNumber(offset);
            pickle.Value(new TorchTuple([.. shape.Select(axis => new TorchWholeNumber(axis))]));
            pickle.Value(new TorchTuple([.. strides.Select(stride => new TorchWholeNumber(stride))]));
            pickle.Write(PickleOpcode.False);
            pickle.EmptyOrderedDictionary();
        });
        pickle.Write(PickleOpcode.Reduce);
    }

    /// <summary>What we write: every type, a scalar, nothing at all.</summary>
    private static List<(string Name, byte[] Bytes)> Written()
    {
        var types = Enum.GetValues<TorchElementType>();
        using var bytes = new MemoryStream();
        TorchCheckpointWriter.Write(
            bytes,
            [
                .. types.Select(type => new TorchTensorSource($"layers.{type}.weight", type, [2, 3], stream => stream.Write(Counted(6 * TorchStorage.ElementSize(type))))),
                new TorchTensorSource("scalar", TorchElementType.Float32, [], stream => stream.Write(Counted(4))),
                new TorchTensorSource("nothing", TorchElementType.Int64, [0, 5], _ => { }),
            ],
            "model_state_dict",
            [
                new("epoch", new TorchWholeNumber(7)),
                new("seed", new TorchWholeNumber(ulong.MaxValue)),
                new("rates", new TorchList([new TorchNumber(0.002), new TorchTuple([new TorchNumber(0.9), new TorchBoolean(true), TorchNone.Instance])])),
                new("names", new TorchDictionary([new(new TorchText("größe"), new TorchText("µm")), new(new TorchWholeNumber(-3), new TorchText(""))])),
            ]);
        using var archive = new ZipArchive(bytes);
        return [.. archive.Entries.Select(Entry)];
    }

    /// <summary>What a training saves: parameters and their average in one storage, one of them transposed, versions of modules, a memo.</summary>
    private static List<(string Name, byte[] Bytes)> Training() =>
    [
        ("run/data.pkl", Pickle(pickle =>
        {
            pickle.Write(PickleOpcode.EmptyDictionary);
            Memo(pickle, PickleOpcode.Put1, 0);
            pickle.Entries(() =>
            {
                pickle.Text("model");
                pickle.EmptyOrderedDictionary();
                Memo(pickle, PickleOpcode.Put1, 1);
                pickle.Entries(() =>
                {
                    pickle.Text("weight");
                    pickle.Name(PickledName.Parameter);
                    pickle.Tuple(() =>
                    {
                        Tensor(pickle, () =>
                        {
                            Storage(pickle, "0", TorchElementType.Float32, 24);
                            Memo(pickle, PickleOpcode.Put1, 2);
                        }, 0, [2, 3], [3, 1]);
                        pickle.Write(PickleOpcode.True);
                        pickle.EmptyOrderedDictionary();
                    });
                    pickle.Write(PickleOpcode.Reduce);
                    pickle.Text("bias");
                    Tensor(pickle, () => Memo(pickle, PickleOpcode.Get1, 2), 6, [2, 3, 3], [1, 6, 2]);
                    pickle.Text("count");
                    Tensor(pickle, "1", TorchElementType.Int64, 1, 0, [], []);
                });
                pickle.Write(PickleOpcode.EmptyDictionary);
                pickle.Text("_metadata");
                pickle.EmptyOrderedDictionary();
                pickle.Write(PickleOpcode.SetItem);
                pickle.Write(PickleOpcode.Build);
                pickle.Text("average");
                Memo(pickle, PickleOpcode.Get1, 1);
                pickle.Text("size");
                pickle.Name(PickledName.Size);
                pickle.Tuple(() => pickle.Value(new TorchTuple([new TorchWholeNumber(300), new TorchWholeNumber(70_000)])));
                pickle.Write(PickleOpcode.Reduce);
                pickle.Text("steps");
                pickle.Write(PickleOpcode.EmptyList);
                pickle.WholeNumber(-1);
                pickle.Write(PickleOpcode.Append);
            });
        })),
        ("run/data/0", Counted(96)),
        ("run/data/1", Counted(8)),
        ("run/version", "3\n"u8.ToArray()),
        ("run/.data/serialization_id", "0123456789"u8.ToArray()),
    ];

    /// <summary>The forms of protocol 4, which torch.save writes where it is told to.</summary>
    private static List<(string Name, byte[] Bytes)> LaterProtocol()
    {
        var pickle = new MemoryStream();
        void Code(PickleOpcode code) => pickle.WriteByte((byte)code);
        void Text(string text)
        {
            Code(PickleOpcode.ShortText);
            pickle.WriteByte((byte)text.Length);
            pickle.Write(text.Select(c => (byte)c).ToArray());
            Code(PickleOpcode.Memoize);
        }

        void Name(string module, string name)
        {
            Text(module);
            Text(name);
            Code(PickleOpcode.StackGlobal);
        }

        void Numbers(params byte[] numbers)
        {
            Code(PickleOpcode.Mark);
            foreach (var number in numbers)
            {
                pickle.Write([(byte)PickleOpcode.WholeNumber1, number]);
            }

            Code(PickleOpcode.Tuple);
        }

        pickle.Write([(byte)PickleOpcode.Protocol, 4, (byte)PickleOpcode.Frame, 20, 0, 0, 0, 0, 0, 0, 0]);
        Code(PickleOpcode.EmptyDictionary);
        Text("weight");
        Name("torch._utils", "_rebuild_tensor_v2");
        Code(PickleOpcode.Mark);
        Code(PickleOpcode.Mark);
        Text("storage");
        Name("torch", "HalfStorage");
        Text("7");
        Text("cpu");
        pickle.Write([(byte)PickleOpcode.WholeNumber1, 12]);
        Code(PickleOpcode.Tuple);
        Code(PickleOpcode.PersistentId);
        pickle.Write([(byte)PickleOpcode.WholeNumber1, 0]);
        Numbers(3, 4);
        Numbers(1, 3);
        Code(PickleOpcode.False);
        Name("collections", "OrderedDict");
        Code(PickleOpcode.EmptyTuple);
        Code(PickleOpcode.Reduce);
        Code(PickleOpcode.Tuple);
        Code(PickleOpcode.Reduce);
        Code(PickleOpcode.SetItem);
        Code(PickleOpcode.Stop);
        return
        [
            ("archive/data.pkl", pickle.ToArray()),
            ("archive/byteorder", "little"u8.ToArray()),
            ("archive/data/7", Counted(24)),
            ("archive/version", "3\n"u8.ToArray()),
        ];
    }

    private static (string Name, byte[] Bytes) Entry(ZipArchiveEntry entry)
    {
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return (entry.FullName, bytes);
    }
}
