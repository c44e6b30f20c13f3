using System.IO.Compression;
using System.Text.Json;
using Hermes.Imaging.Packages;

namespace Hermes.Imaging.Tests.Packages;

/// <summary>Checkpoints that PyTorch 1.13 wrote of the published networks.</summary>
public sealed class TorchParityTests
{
    [SkippableTheory]
    [InlineData("hermes-r")]
    [InlineData("hermes-m")]
    public void A_checkpoint_of_PyTorch_has_its_keys_in_order_and_its_bytes(string model)
    {
        var path = SharedFolder.Require("parity", model, "checkpoint.pth");
        var expected = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("parity", model, "expected.json"))).RootElement;

        using var file = TorchCheckpointFile.Open(path);
        using var archive = ZipFile.OpenRead(path);

        var root = Assert.IsType<TorchDictionary>(file.Root);
        Assert.IsType<TorchWholeNumber>(root.Find("epoch"));
        foreach (var name in (string[])["model_state_dict", "ema_model_state_dict"])
        {
            var state = Assert.IsType<TorchDictionary>(root.Find(name));
            Assert.Equal(
                expected.GetProperty("parameter_names").EnumerateArray().Select(key => key.GetString()),
                state.Entries.Select(entry => Assert.IsType<TorchText>(entry.Key).Text));
            foreach (var tensor in state.Entries.Select(entry => Assert.IsType<TorchTensor>(entry.Value)))
            {
                Assert.Equal(TorchElementType.Float32, tensor.Type);
                Assert.Equal(tensor.Elements, tensor.Shape.Aggregate(1L, (product, axis) => product * axis));
                using var bytes = new MemoryStream();
                file.Read(tensor, bytes.Write);
                Assert.Equal(Bytes(archive.GetEntry($"checkpoint/data/{tensor.Storage.Key}")!), bytes.ToArray());
            }
        }

        var optimizer = Assert.IsType<TorchDictionary>(root.Find("optimizer_state_dict"));
        Assert.IsType<TorchList>(optimizer.Find("param_groups"));
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
