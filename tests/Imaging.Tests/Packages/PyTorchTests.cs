using System.Text.Json;
using Hermes.Benchmarks.Fuzzing;
using Hermes.Imaging.Packages;

namespace Hermes.Imaging.Tests.Packages;

/// <summary>PyTorch reads what we write, and we what PyTorch writes; skipped where no Python has it.</summary>
public sealed class PyTorchTests
{
    // Prints what torch.load makes of a file, in order, tensors as their bytes.
    private const string Show = """
        import collections, json, sys, torch
        def show(value):
            if isinstance(value, torch.Tensor):
                return [str(value.dtype), list(value.shape), bytes(value.contiguous().reshape(-1).view(torch.uint8).tolist()).hex()]
            if isinstance(value, dict):
                return [[key, show(item)] for key, item in value.items()]
            return value
        plain = torch.load(sys.argv[1], weights_only=False)
        # Version 1.13 has no numbers in a file of weights.
        if "rate" not in plain or int(torch.__version__.split(".")[0]) > 1:
            assert show(plain) == show(torch.load(sys.argv[1], weights_only=True))
        state = plain.get("model_state_dict", plain)
        assert type(state) is collections.OrderedDict
        print(json.dumps(show(plain)))
        """;

    // Saves what trainings save.
    private const string Save = """
        import collections, sys, torch
        base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
        layer = torch.nn.Linear(3, 2)
        with torch.no_grad():
            layer.weight.copy_(torch.arange(6).reshape(2, 3)); layer.bias.fill_(0.5)
        torch.save({
            "epoch": 7, "seed": 2**64 - 1, "rate": 0.002, "none": None, "size": base.shape,
            "model_state_dict": layer.state_dict(), "parameter": layer.weight,
            "transposed": base.transpose(0, 2), "view": base[1], "last": base.reshape(1, 2, 3, 4).contiguous(memory_format=torch.channels_last),
            "half": base.half(), "bfloat": base.bfloat16(), "long": base.long(), "bool": base > 3, "scalar": torch.tensor(3.5), "empty": torch.zeros(0, 3),
            "optimizer": torch.optim.Adam(layer.parameters()).state_dict(),
        }, sys.argv[1], pickle_protocol=int(sys.argv[2]))
        torch.save(base, sys.argv[1] + ".legacy", _use_new_zipfile_serialization=False)
        torch.save(layer, sys.argv[1] + ".module")
        torch.jit.save(torch.jit.script(layer), sys.argv[1] + ".script")
        """;

    [SkippableTheory]
    [InlineData(null, false)]
    [InlineData("model_state_dict", false)]
    [InlineData("model_state_dict", true)]
    public async Task PyTorch_reads_what_we_write(string? under, bool withNumber)
    {
        var python = await PyTorch.PythonAsync();
        using var folder = new TemporaryFolder();
        var path = folder.At("written.pth");
        (string Name, string Type, TorchElementType Element, long[] Shape)[] tensors =
        [
            ("z.weight", "torch.float32", TorchElementType.Float32, [2, 3]),
            ("a.weight", "torch.float64", TorchElementType.Float64, [3]),
            ("half", "torch.float16", TorchElementType.Float16, [1, 2, 1]),
            ("bfloat", "torch.bfloat16", TorchElementType.BFloat16, [4]),
            ("long", "torch.int64", TorchElementType.Int64, []),
            ("int", "torch.int32", TorchElementType.Int32, [2, 2]),
            ("short", "torch.int16", TorchElementType.Int16, [300]),
            ("char", "torch.int8", TorchElementType.Int8, [3]),
            ("byte", "torch.uint8", TorchElementType.UInt8, [70_000]),
            ("bool", "torch.bool", TorchElementType.Boolean, [2]),
            ("empty", "torch.float32", TorchElementType.Float32, [0, 3]),
        ];
        byte[] Bytes(TorchElementType type, long[] shape)
        {
            var bytes = TorchSamples.Counted((int)shape.Aggregate((long)TorchStorage.ElementSize(type), (product, axis) => product * axis));
            return type == TorchElementType.Boolean ? [.. bytes.Select((_, n) => (byte)(n % 2))] : bytes;
        }

        TorchCheckpointWriter.Write(
            path,
            [.. tensors.Select(tensor => new TorchTensorSource(tensor.Name, tensor.Element, tensor.Shape, stream => stream.Write(Bytes(tensor.Element, tensor.Shape))))],
            under,
            under is null ? null :
            [
                new("epoch", new TorchWholeNumber(-70_000)),
                new("list", new TorchList([TorchNone.Instance, new TorchText("µ")])),
                .. withNumber ? (KeyValuePair<string, TorchValue>[])[new("rate", new TorchNumber(0.002))] : [],
            ]);

        var shown = JsonDocument.Parse(await PyTorch.RunAsync(python, Show, path)).RootElement;

        object[] state =
            [.. tensors.Select(tensor => (object[])[tensor.Name, (object[])[tensor.Type, tensor.Shape, Convert.ToHexStringLower(Bytes(tensor.Element, tensor.Shape))]])];
        var expected = under is null
            ? state
            : [(object[])["epoch", -70_000], (object[])["list", (object?[])[null, "µ"]], .. withNumber ? (object[])[(object[])["rate", 0.002]] : [], (object[])[under, state]];
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.SerializeToElement(expected)), JsonSerializer.Serialize(shown));
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task We_read_what_PyTorch_writes(int protocol)
    {
        var python = await PyTorch.PythonAsync();
        using var folder = new TemporaryFolder();
        var path = folder.At("saved.pth");
        await PyTorch.RunAsync(python, Save, path, $"{protocol}");

        using var file = TorchCheckpointFile.Open(path);

        var root = Assert.IsType<TorchDictionary>(file.Root);
        float[] counted = [.. Enumerable.Range(0, 24).Select(n => (float)n)];
        Assert.Equal(new TorchWholeNumber(7), root.Find("epoch"));
        Assert.Equal(new TorchWholeNumber(ulong.MaxValue), root.Find("seed"));
        Assert.Equal(new TorchNumber(0.002), root.Find("rate"));
        Assert.Equal(TorchNone.Instance, root.Find("none"));
        Assert.Equal([new TorchWholeNumber(2), new TorchWholeNumber(3), new TorchWholeNumber(4)], Assert.IsType<TorchTuple>(root.Find("size")).Items);
        var state = Assert.IsType<TorchDictionary>(root.Find("model_state_dict"));
        Assert.Equal(["weight", "bias"], state.Entries.Select(entry => ((TorchText)entry.Key).Text));
        Assert.Equal(counted[..6], Floats(file, state.Find("weight")));
        Assert.Equal([0.5f, 0.5f], Floats(file, state.Find("bias")));
        Assert.Equal(counted[..6], Floats(file, root.Find("parameter")));
        Assert.Equal(
            from k in Enumerable.Range(0, 4) from j in Enumerable.Range(0, 3) from i in Enumerable.Range(0, 2) select counted[12 * i + 4 * j + k],
            Floats(file, root.Find("transposed")));
        Assert.Equal(counted[12..], Floats(file, root.Find("view")));
        Assert.Equal(counted, Floats(file, root.Find("last")));
        Assert.Equal([3.5f], Floats(file, root.Find("scalar")));
        Assert.Equal([0, 3], ((TorchTensor)root.Find("empty")!).Shape);
        Assert.Equal(
            [TorchElementType.Float16, TorchElementType.BFloat16, TorchElementType.Int64, TorchElementType.Boolean],
            ((string[])["half", "bfloat", "long", "bool"]).Select(name => ((TorchTensor)root.Find(name)!).Type));
        Assert.NotEmpty(Assert.IsType<TorchDictionary>(root.Find("optimizer")).Entries);

        Assert.Contains("is of the format that torch.save wrote before PyTorch 1.6", Refusal(path + ".legacy"), StringComparison.Ordinal);
        Assert.Contains("is a TorchScript archive", Refusal(path + ".script"), StringComparison.Ordinal);
        Assert.Contains("asks for torch.nn.modules.linear.Linear, which is not read", Refusal(path + ".module"), StringComparison.Ordinal);
    }

    private static string Refusal(string path) => Assert.Throws<InvalidDataException>(() => TorchCheckpointFile.Open(path)).Message;

    private static float[] Floats(TorchCheckpointFile file, TorchValue? value)
    {
        var tensor = Assert.IsType<TorchTensor>(value);
        Assert.Equal(TorchElementType.Float32, tensor.Type);
        using var bytes = new MemoryStream();
        file.Read(tensor, bytes.Write);
        return System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();
    }
}
