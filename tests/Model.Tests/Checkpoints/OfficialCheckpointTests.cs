using System.Runtime.InteropServices;
using Hermes.Imaging.Configuration;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Prompts;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Tests.Parity;
using TorchSharp;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Checkpoints;

[Collection(TorchCollection.Name)]
public sealed class OfficialCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("hermes-r", 1.5e-4)]
    [InlineData("hermes-m", 5e-4)]
    public void Weights_of_the_official_code_give_the_same_answers_here(string architecture, double tolerance)
    {
        var fixture = ParityFixture.Of(architecture);
        var names = new TaskList([.. fixture.Tasks], [.. fixture.Modalities], [new DatasetPrompt("all", null, [new LabelledTask(1, fixture.Tasks[0])])], []);

        var path = SharedFolder.Require("parity", architecture, "checkpoint.pth");
        using var training = TorchCheckpointFile.Open(path);
        TorchDictionary State(string name) => (TorchDictionary)((TorchDictionary)training.Root).Find(name)!;
        // What the reference answered is of the weights that were not averaged.
        TorchCheckpointWriter.Write(_folder.At("m.pth"), [.. State("model_state_dict").Entries.Select(e => (Key: ((TorchText)e.Key).Text, Value: (TorchTensor)e.Value))
            .Select(e => new TorchTensorSource(e.Key, e.Value.Type, e.Value.Shape, stream => training.Read(e.Value, stream.Write)))]);
        using var package = Imported(_folder.At("m.pth"), names, expected: null);
        using var averaged = Imported(path, names, expected: "ema_model_state_dict");

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var reference = fixture.Network();
        Assert.Equal(reference.Configuration, package.Network.Configuration);
        var output = package.Network.Forward(fixture.Array("input"), fixture.Prompt());
        Assert.True((output.MaskLogits - fixture.Array("logits")).abs().max().ToDouble() < tolerance);
        foreach (var parameter in averaged.Network.NamedParameters())
        {
            using var values = parameter.Read();
            using var bytes = new MemoryStream();
            training.Read((TorchTensor)State("ema_model_state_dict").Find(parameter.Name)!, bytes.Write);
            Assert.Equal(bytes.ToArray(), MemoryMarshal.AsBytes<float>(values.data<float>().ToArray()).ToArray());
        }
    }

    [Fact]
    public void The_published_tasks_leave_one_row_to_spare_that_is_kept_and_never_asked_for()
    {
        var published = TaskList.ReadFile(TaskList.PublishedFile);
        using var network = Drawn(new PriorVocabulary(Enumerable.Range(0, 72).Select(row => $"row/{row}"), ["a", "b", "c", "d", "e"]));
        Save(network, "p.pth");

        using var checkpoint = OfficialCheckpoint.Open(_folder.At("p.pth"));
        Assert.Equal(TaskList.PublishedRows, (checkpoint.TaskRows, checkpoint.ModalityRows));
        var description = checkpoint.Describe(published);
        Assert.Empty(checkpoint.Mismatches(description));
        checkpoint.Write(description, _folder.At("p.safetensors"));
        using var package = ModelPackage.Load(_folder.At("p.safetensors"));

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Assert.Equal((71, 1, 0), (description.Tasks.Count, description.SpareTasks, description.SpareModalities));
        foreach (var (own, its) in network.NamedParameters().Zip(package.Network.NamedParameters()))
        {
            Assert.Equal(own.Name, its.Name);
            Assert.True(own.Read().eq(its.Read()).all().ToBoolean(), own.Name);
        }

        // The null prior is the last row, and the group of AMOS MR asks rows 4 to 16 of an unknown modality.
        var image = rand([1, 1, 32, 32, 32]);
        var group = package.PromptGroups.Single(g => g.Name == "amos_mr");
        var asked = network.Forward(image, Prompt.For(Enumerable.Range(4, 13).Select(row => $"row/{row}"), null)).MaskLogits;
        Assert.True(asked.eq(package.Network.Forward(image, new Prompt([group.Sample()])).MaskLogits).all().ToBoolean());
        Assert.Equal(("amos/spleen", "amos/duodenum", 13), (group.Tasks[0], group.Tasks[^1], group.Tasks.Length));
        Assert.Equal(63, description.Unverified!.Count);
        // Images are prepared as the weights expect it, PET too.
        Assert.Equal("814910bcde0f8fc7cc4d2a559a5016d5665a8e4563d3c9b529e5bcb13f5b553d", package.Plan.Digest);
        Assert.DoesNotContain("peaks", description.Configuration, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("module._orig_mod.")]
    public void What_wrappers_put_before_names_is_taken_off(string prefix)
    {
        using var network = Drawn(Names());
        Save(network, "w.pth", name => prefix + name);

        using var checkpoint = OfficialCheckpoint.Open(_folder.At("w.pth"));

        Assert.Empty(checkpoint.Mismatches(checkpoint.Describe(List())));
        Assert.Null(checkpoint.Taken);
    }

    [Fact]
    public void What_is_missing_misshapen_of_another_type_or_of_no_use_is_told_by_name()
    {
        using var network = Drawn(Names());
        TorchCheckpointWriter.Write(_folder.At("m.pth"),
        [
            .. Sources(network).Where(t => t.Name != "mod_out.norm.bias").Select(t => t.Name switch
            {
                "out.norm.weight" => t with { Shape = [t.Shape[0] / 2], Write = stream => stream.Write(new byte[t.Shape[0] / 2 * 4]) },
                "out.norm.bias" => t with { Type = TorchElementType.Float64, Write = stream => stream.Write(new byte[t.Shape[0] * 8]) },
                _ => t,
            }),
            new TorchTensorSource("extra.weight", TorchElementType.Float32, [1], stream => stream.Write(new byte[4])),
        ]);

        using var checkpoint = OfficialCheckpoint.Open(_folder.At("m.pth"));
        var found = checkpoint.Mismatches(checkpoint.Describe(List()));

        Assert.Equal(
            ["mod_out.norm.bias missing", "out.norm.weight of another shape", "out.norm.bias of another type", "extra.weight unexpected"],
            found.Select(m => $"{m.Name} {m.Kind}"));
    }

    [Fact]
    public void Weights_of_another_network_are_refused_by_the_names_they_have()
    {
        TorchCheckpointWriter.Write(_folder.At("o.pth"), [new TorchTensorSource("encoder.weight", TorchElementType.Float32, [1], stream => stream.Write(new byte[4]))]);

        var refusal = Assert.Throws<InvalidDataException>(() => OfficialCheckpoint.Open(_folder.At("o.pth")));

        Assert.Contains("'encoder.weight'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_larger_than_its_file_is_told_of_without_the_memory_for_it()
    {
        TorchCheckpointWriter.Write(_folder.At("l.pth"),
        [
            new TorchTensorSource("inc.conv1.weight", TorchElementType.Float32, [1024, 0], _ => { }),
            .. Enumerable.Range(0, 64).Select(n => new TorchTensorSource($"prior_init_fuse_4.attn_layers.{n}.x", TorchElementType.Float32, [0], _ => { })),
            .. "prior_init_fuse_2.attn_layers.0 prior_init_fuse_3.attn_layers.0 prior_fuse_5.attn_layers.0 prior_fuse_6.attn_layers.0 down1.conv.1 down2.conv.1 down3.conv.1 down4.conv.1".Split(' ')
                .Select(name => new TorchTensorSource($"{name}.x", TorchElementType.Float32, [0], _ => { })),
        ]);
        var before = Environment.WorkingSet;

        using var checkpoint = OfficialCheckpoint.Open(_folder.At("l.pth"));
        var found = checkpoint.Mismatches(checkpoint.Describe(new TaskList([], [], [], [])));

        Assert.Contains(found, m => m is { Kind: "missing", Expected: [1024, 1024, ..] });
        Assert.True(Environment.WorkingSet - before < 256 << 20);
    }

    [Fact]
    public void A_diverged_training_is_refused()
    {
        using var network = Drawn(Names());
        using (no_grad())
        {
            network.NamedParameters()[^1].Pieces[0].fill_(float.NaN);
        }

        Save(network, "d.pth");
        using var checkpoint = OfficialCheckpoint.Open(_folder.At("d.pth"));
        var description = checkpoint.Describe(List());

        var refusal = Assert.Throws<InvalidDataException>(() => checkpoint.Write(description, _folder.At("d.safetensors")));

        Assert.Contains("mod_out.classifier.fc2.bias", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("d.safetensors")));
    }

    [Fact]
    public void A_value_that_damage_made_no_number_is_told_as_damage()
    {
        using var network = Drawn(Names());
        using (no_grad())
        {
            network.NamedParameters()[^1].Pieces[0].fill_(1234.5f);
        }

        Save(network, "d.pth");
        var bytes = File.ReadAllBytes(_folder.At("d.pth"));
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.AsSpan().IndexOf(BitConverter.GetBytes(1234.5f))), float.NaN);
        File.WriteAllBytes(_folder.At("d.pth"), bytes);
        using var checkpoint = OfficialCheckpoint.Open(_folder.At("d.pth"));
        var description = checkpoint.Describe(List());

        var refusal = Assert.Throws<InvalidDataException>(() => checkpoint.Write(description, _folder.At("d.safetensors")));

        Assert.Contains("has other bytes in its entry", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_names_than_rows_are_refused()
    {
        using var network = Drawn(Names());
        Save(network, "n.pth");
        using var checkpoint = OfficialCheckpoint.Open(_folder.At("n.pth"));

        var refusal = Assert.Throws<InvalidDataException>(() => checkpoint.Describe(TaskList.ReadFile(TaskList.PublishedFile)));

        Assert.Contains("2 tasks and 1 modalities", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("71 tasks and 5 modalities", refusal.Message, StringComparison.Ordinal);
    }

    private ModelPackage Imported(string path, TaskList names, string? expected)
    {
        using var checkpoint = OfficialCheckpoint.Open(path);
        var description = checkpoint.Describe(names);
        Assert.Empty(checkpoint.Mismatches(description));
        Assert.Equal(expected, checkpoint.Taken);
        var package = checkpoint.Write(description, _folder.At("imported.safetensors")).Path;
        return ModelPackage.Load(package);
    }

    private static PriorVocabulary Names() => new(["a/x", "a/y"], ["ct"]);

    private static TaskList List() => new(["a/x", "a/y"], ["ct"], [new DatasetPrompt("a", "ct", [new LabelledTask(1, "a/x"), new LabelledTask(2, "a/y")])], []);

    private static HermesNetwork Drawn(PriorVocabulary vocabulary)
    {
        using var generator = new Generator(5);
        return HermesNetwork.Create(new NetworkConfiguration { BaseWidth = 4, FusionBlocks = [1, 1, 1, 1, 1], BlocksPerStage = [1, 1, 1, 2] }, vocabulary, generator);
    }

    private void Save(HermesNetwork network, string file, Func<string, string>? named = null) =>
        TorchCheckpointWriter.Write(_folder.At(file), [.. Sources(network).Select(t => t with { Name = named?.Invoke(t.Name) ?? t.Name })]);

    private static IEnumerable<TorchTensorSource> Sources(HermesNetwork network) => network.NamedParameters().Select(parameter => new TorchTensorSource(
        parameter.Name, TorchElementType.Float32, parameter.Shape, stream =>
        {
            using var values = parameter.Read();
            stream.Write(MemoryMarshal.AsBytes<float>(values.data<float>().ToArray()));
        }));
}
