using System.Text.Json;
using System.Text.Json.Nodes;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Worker.Orders;
using Hermes.Worker.Protocol;
using static TorchSharp.torch;

namespace Hermes.Worker.Tests.Orders;

/// <summary>What another platform's file says is looked at before anything is made of it.</summary>
[Collection(AloneInTheProcessCollection.Name)]
public sealed class ImportExecutorTests : IDisposable
{
    private static readonly NetworkConfiguration Small = new() { BaseWidth = 4, FusionBlocks = [1, 1, 1, 1, 1], BlocksPerStage = [1, 1, 1, 1] };

    private readonly TemporaryFolder _folder = new();
    private readonly WorkerBlobs _blobs;
    private readonly ImportExecutor _imports;

    public ImportExecutorTests()
    {
        var store = FileBlobStore.OfPlatform(_folder.At("data"));
        store.PrepareAsync().GetAwaiter().GetResult();
        TorchLibrary.Load();
        _blobs = new WorkerBlobs(store, _folder.At("tmp"), new Cache(_folder.At("cache"), TimeProvider.System));
        var pulse = new Pulse(new MessageWriter(TextWriter.Null));
        pulse.Begin("import", WorkPhase.Load);
        _imports = new ImportExecutor(_blobs, () => { }, pulse);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_published_weights_are_taken_to_be_of_the_published_tasks()
    {
        using var generator = new Generator(3);
        var rows = new PriorVocabulary(Enumerable.Range(0, 72).Select(row => $"row/{row}"), ["a", "b", "c", "d", "e"]);
        using var network = HermesNetwork.Create(Small, rows, generator);
        var file = _blobs.Store(MediaTypes.Torch, ".pth", path => TorchCheckpointWriter.Write(
            path, [.. network.NamedParameters().Select(p => new TorchTensorSource(p.Name, TorchElementType.Float32, p.Shape, stream => stream.Write(Bytes(p))))]));

        var imported = Import(file);

        Assert.Empty(imported.Mismatches);
        Assert.Equal((71, 63, 12), (imported.Content!.Tasks.Count, imported.Content.Unverified!.Count, imported.Content.PromptGroups.Count));
        Assert.Equal(("unknown", 13), (imported.Content.PromptGroups[3].Modality, imported.Content.PromptGroups[3].Labels.Count));
        Assert.Equal("m.pth", imported.Origin!.File);
    }

    [Fact]
    public void A_file_is_known_by_its_content_whatever_the_length_of_its_header()
    {
        for (var padding = 0; padding < 256; padding += 8)
        {
            Assert.Equal("a/x", Import(Export(more: new string(' ', padding))).Content!.Tasks[0]);
        }
    }

    [Theory]
    [InlineData("datasets", "[{}]")]
    [InlineData("datasets", "[null]")]
    [InlineData("datasets", "[{\"dataset\":\"no-site\",\"version\":1}]")]
    [InlineData("datasets", "[{\"dataset\":\"a/../b\",\"version\":1}]")]
    [InlineData("datasets", "null")]
    [InlineData("branches", "[null]")]
    [InlineData("branches", "[{}]")]
    [InlineData("trunk", "\"0000\"")]
    public void What_a_file_says_of_where_it_came_from_is_refused_where_it_makes_no_sense(string member, string json) =>
        Assert.Throws<HermesException>(() => Import(Export(changed: export => export[member] = JsonNode.Parse(json))));

    [Fact]
    public void A_description_is_refused_where_it_makes_no_sense()
    {
        Refused(d => d with { PromptGroups = [] }, "no prompt group");
        Refused(d => d with { PromptGroups = [d.PromptGroups[0], d.PromptGroups[0]] }, "two prompt groups 'a'");
        Refused(d => d with { PromptGroups = [new DatasetPrompt("../a", null, d.PromptGroups[0].Labels)] }, "cannot be the name of a prompt group");
        Refused(d => d with { PromptGroups = [new DatasetPrompt("a", "us", d.PromptGroups[0].Labels)] }, "modality 'us', of which there is no row");
        Refused(d => d with { PromptGroups = [new DatasetPrompt("a", null, [new LabelledTask(1, "b/z")])] }, "asks for 'b/z', of which there is no row");
        Refused(d => d with { SpareTasks = -1 }, "below 0");
        Refused(d => d with { Plan = "{}" }, "plan");
        Refused(d => d with { Tasks = ["a/x", new string('y', 1000)] }, "1000 characters");
        Refused(d => d with { SpareTasks = 1 << 20 }, "is needed");

        void Refused(Func<ModelDescription, ModelDescription> change, string sentence) =>
            Assert.Contains(sentence, Assert.Throws<HermesException>(() => Import(Export(described: change))).Message, StringComparison.Ordinal);
    }

    private ImportedModel Import(BlobRef file) => _imports.Execute(
        new ImportOrder { OrderId = "import", Request = new ImportRequest { Model = "m", File = file, FileName = "/somewhere/m.pth" } }, CancellationToken.None);

    // A small model as a platform exports it.
    private BlobRef Export(Action<JsonNode>? changed = null, Func<ModelDescription, ModelDescription>? described = null, string more = "")
    {
        using var generator = new Generator(3);
        var configuration = TrainingConfiguration.Preset("tiny") with { Network = Small };
        using var network = HermesNetwork.Create(configuration.Network, new PriorVocabulary(["a/x", "a/y"], ["ct"]), generator);
        var description = new ModelDescription
        {
            Tasks = ["a/x", "a/y"],
            Modalities = ["ct"],
            PromptGroups = [new DatasetPrompt("a", "ct", [new LabelledTask(1, "a/x"), new LabelledTask(2, "a/y")])],
            Configuration = configuration.ToJson(),
            Plan = configuration.Plan().ToJson(),
            Steps = 1,
        };
        description = described?.Invoke(description) ?? description;
        SafetensorsTensor[] tensors = [.. network.NamedParameters().Select(p => new SafetensorsTensor(p.Name, SafetensorsType.F32, p.Shape, take => take(Bytes(p))))];
        var trunk = SafetensorsWriter.Write(_folder.At("trunk"), description.Metadata(), tensors);
        var export = JsonNode.Parse(new ModelExport
        {
            Model = "m@1", Digest = "", Network = "n", Training = Empty(), Plan = Empty(), Tasks = description.Tasks, Modalities = description.Modalities, PromptGroups = [],
            Datasets = [], Published = DateTimeOffset.UnixEpoch, Trunk = trunk.Sha256, Branches = [],
        }.ToJson())!;
        changed?.Invoke(export);
        var metadata = new Dictionary<string, string>(description.Metadata()) { [ModelExport.Key] = export.ToJsonString(), ["more"] = more };
        return _blobs.Store(MediaTypes.Safetensors, ".safetensors", path => SafetensorsWriter.Write(path, metadata, tensors));
    }

    private static JsonElement Empty() => JsonSerializer.Deserialize<JsonElement>("{}");

    private static byte[] Bytes(NetworkParameter parameter)
    {
        using var values = parameter.Read();
        return values.contiguous().bytes.ToArray();
    }
}
