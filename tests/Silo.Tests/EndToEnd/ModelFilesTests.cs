using System.Text.Json;
using Hermes.Client.Models;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Weights that come from PyTorch and go there, and models that move from platform to platform, with the real commands.</summary>
public sealed class ModelFilesTests : IDisposable
{
    // Compares what was exported with the averaged weights of the training that was imported.
    private const string Compare = """
        import sys, torch
        exported, official = torch.load(sys.argv[1]), torch.load(sys.argv[2])
        own, its = exported["model_state_dict"], official["ema_model_state_dict"]
        assert list(own) == list(its), "keys or their order"
        for key in its:
            assert own[key].dtype == its[key].dtype and own[key].shape == its[key].shape and torch.equal(own[key], its[key]), key
        print(len(own), exported["epoch"] == official["epoch"])
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("hermes-r", "hermes-r, base 8")]
    [InlineData("hermes-m", "hermes-m, base 8")]
    public async Task A_checkpoint_of_the_official_code_segments_here_and_goes_back_to_PyTorch(string architecture, string network)
    {
        var checkpoint = SharedFolder.Require("parity", architecture, "checkpoint.pth");
        await File.WriteAllTextAsync(_folder.At("tasks.yaml"), "modalities: [ct]\ntasks: [ref/box, ref/ball]\ngroups: {ref: {modality: ct, labels: {ref/box: 3, ref/ball: 1}}}\n");
        await using var platform = await Platform.StartAsync(_folder.At("data"));

        var unnamed = await platform.HermesAsync("model", "import", checkpoint, "--name", "ref");
        Assert.Equal(1, unnamed.ExitCode);
        Assert.Contains("has 6 rows of task priors and 3 of modality priors", unnamed.Output, StringComparison.Ordinal);

        var imported = await JsonAsync(platform, "model", "import", checkpoint, "--name", "ref", "--tasks", _folder.At("tasks.yaml"));
        Assert.Equal(network, imported.GetProperty("network").GetString());
        Assert.Equal("ema_model_state_dict", imported.GetProperty("taken").GetString());

        var scan = Directory.GetFiles(Path.Combine(Scans.WriteCases(_folder.At("cases"), new Scans.Box(6, 7, 8, 9, 400)), "images"))[0];
        var segmented = await JsonAsync(platform, "segment", scan, "-o", _folder.At("out.nii.gz"), "--model", "ref", "--dataset", "ref");
        Assert.Equal(["ref/box", "ref/ball"], segmented.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("task").GetString()));

        await platform.DoAsync("model", "export", "ref", "-o", _folder.At("back.pth"));
        var again = await JsonAsync(platform, "model", "import", _folder.At("back.pth"), "--name", "again");
        Assert.Equal(imported.GetProperty("digest").GetString(), again.GetProperty("digest").GetString());

        var python = await PyTorch.PythonAsync();
        var count = JsonDocument.Parse(await File.ReadAllTextAsync(SharedFolder.Require("parity", architecture, "expected.json"))).RootElement.GetProperty("parameter_names").GetArrayLength();
        Assert.Equal($"{count} True\n", await PyTorch.RunAsync(python, Compare, _folder.At("back.pth"), checkpoint));
    }

    [Fact]
    public async Task A_model_that_grew_moves_to_another_platform_whole_or_as_what_answers_one_prompt_group()
    {
        string scan;
        JsonElement grown;
        Dictionary<string, string> answers;
        await using (var home = await Platform.StartAsync(_folder.At("home")))
        {
            await GrowingModel.TrainAsync(home, _folder.Path, steps: 2);
            foreach (var name in (string[])["third", "fourth"])
            {
                await GrowingModel.AddAsync(home, _folder.At(name), name);
                await home.Client.Updates.CreateAsync(name, GrowingModel.Update(name, 2) with { AcceptConflicts = true });
                await home.UpdateAsync(name, u => u.State == UpdateState.Promoted);
            }

            scan = Directory.GetFiles(_folder.At("third/images"))[0];
            answers = await AnswersAsync(home, "universal", scan, "first", "second", "third", "fourth");
            grown = (await JsonAsync(home, "model", "show", "universal@3")).GetProperty("versions")[0];
            var several = await home.HermesAsync("model", "export", "universal", "-o", _folder.At("grown.pth"));
            Assert.Equal(1, several.ExitCode);
            Assert.Contains("has 2 branches", several.Output, StringComparison.Ordinal);
            await home.DoAsync("model", "export", "universal", "-o", _folder.At("grown.safetensors"));
            await home.DoAsync("model", "export", "universal", "-o", _folder.At("grown"));
            await home.DoAsync("model", "export", "universal", "--group", "third", "-o", _folder.At("third.pth"));

            var taken = await home.HermesAsync("model", "export", "universal", "-o", _folder.At("grown.safetensors"));
            Assert.Contains("exists already", taken.Output, StringComparison.Ordinal);
            var full = await home.HermesAsync("model", "export", "universal", "-o", _folder.At("grown"));
            Assert.Contains("is not empty", full.Output, StringComparison.Ordinal);

            // What was learned here is known again by its bytes: a withdrawal finds it under any name.
            await home.DoAsync("model", "import", _folder.At("grown"), "--name", "copy");
            var copy = await home.Client.Models.ResolveAsync(new ModelReference("copy", null));
            Assert.Equal(["local/first", "local/second"], copy.Datasets.Select(d => d.Dataset));
            Assert.Equal(["local/fourth", "local/third"], copy.Content.Branches.Select(b => b.Dataset.Dataset).Order(StringComparer.Ordinal));
            await home.DoAsync("model", "import", _folder.At("third.pth"), "--name", "third");
            var withdrawn = await home.DoAsync("dataset", "withdraw", "third", "--retire-trunks", "--yes");
            foreach (var model in (string[])["copy", "third", "universal"])
            {
                Assert.Contains($"\"{model}\"", withdrawn.Output, StringComparison.Ordinal);
            }

            Assert.Contains("retired", (await home.HermesAsync("segment", scan, "-o", _folder.At("no.nii.gz"), "--model", "third")).Output, StringComparison.Ordinal);
            var late = await home.HermesAsync("model", "import", _folder.At("third.pth"), "--name", "late");
            Assert.Contains("learned from local/third, which was withdrawn", late.Output, StringComparison.Ordinal);
        }

        await using var other = await Platform.StartAsync(_folder.At("other"));
        foreach (var file in (string[])["grown.safetensors", "grown"])
        {
            var imported = await JsonAsync(other, "model", "import", _folder.At(file), "--name", Path.GetExtension(file).Length > 0 ? "one" : "two");
            Assert.Equal(grown.GetProperty("digest").GetString(), imported.GetProperty("digest").GetString());
        }

        Assert.Equal(answers, await AnswersAsync(other, "one", scan, "first", "second", "third", "fourth"));
        var version = await other.Client.Models.ResolveAsync(new ModelReference("one", null));
        Assert.Equal(["elsewhere/first", "elsewhere/second"], version.Datasets.Select(d => d.Dataset));
        Assert.Equal("universal@3", version.Origin!.Exported);

        await other.DoAsync("model", "import", _folder.At("third.pth"), "--name", "third");
        var third = await AnswersAsync(other, "third", scan, "third");
        Assert.Equal(answers["third"], third["third"]);
        Assert.Equal(["third"], (await other.Client.Models.ResolveAsync(new ModelReference("third", null))).Content.Groups().Select(g => g.Name));

        // It grows there; what it learned from is not there, so that its groups are asked about what is new.
        await GrowingModel.AddAsync(other, _folder.At("fifth"), "fifth");
        await other.Client.Updates.CreateAsync("fifth", GrowingModel.Update("fifth", 2) with { Model = "one", AcceptConflicts = true });
        var fifth = await other.UpdateAsync("fifth", u => u.State == UpdateState.Promoted);
        Assert.Equal(["first", "fourth", "second", "third"], fifth.Certificate!.Probes.Select(p => p.Group).Order(StringComparer.Ordinal));
        Assert.All(fifth.Certificate.Probes, p => Assert.True(p.IsEqual && p.Case.StartsWith("local/fifth/", StringComparison.Ordinal)));
        Assert.Equal(5, (await other.Client.Models.ResolveAsync(new ModelReference("one", null))).Content.Groups().Count());
    }

    [Fact]
    public async Task What_is_no_model_or_was_changed_is_refused_by_name_and_nothing_becomes_of_it()
    {
        await using var platform = await Platform.StartAsync(_folder.At("data"));
        await GrowingModel.TrainAsync(platform, _folder.Path, steps: 1);
        await platform.DoAsync("model", "export", "universal", "-o", _folder.At("good"));
        await platform.DoAsync("model", "export", "universal", "-o", _folder.At("good.safetensors"));
        await File.WriteAllTextAsync(_folder.At("text.pth"), "no checkpoint");
        Directory.CreateDirectory(_folder.At("empty"));
        Spoil(_folder.At("good/model.safetensors"), fromEnd: false);
        Spoil(_folder.At("good.safetensors"), fromEnd: true);

        foreach (var (file, sentence) in new[]
        {
            ("text.pth", "is no checkpoint of PyTorch"), ("missing.pth", "There is no file"), ("empty", "is a folder without model.json"),
            ("good", "was changed since it was exported"), ("good.safetensors", "was changed since it was exported"),
        })
        {
            var refused = await platform.HermesAsync("model", "import", _folder.At(file), "--name", "bad");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(sentence, refused.Output, StringComparison.Ordinal);
            Assert.Contains(_folder.At(file), refused.Output, StringComparison.Ordinal);
        }

        Assert.Equal(["universal"], await platform.Client.Models.ListAsync().Select(m => m.Name).ToListAsync());
    }

    // The first byte is the header's, the last a weight's.
    private static void Spoil(string file, bool fromEnd)
    {
        using var stream = new FileStream(file, FileMode.Open);
        var at = fromEnd ? stream.Length - 1 : 0;
        stream.Position = at;
        var one = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(one ^ 1));
    }

    private static async Task<Dictionary<string, string>> AnswersAsync(Platform platform, string model, string scan, params string[] groups)
    {
        var image = await platform.Client.Blobs.UploadAsync(scan);
        var answers = new Dictionary<string, string>();
        foreach (var group in groups)
        {
            var question = await platform.Client.Segmentations.ResolveAsync(
                new ModelReference(model, null), new SegmentationQuestion { Image = image, ImageFile = scan, PromptGroup = group });
            answers[group] = (await platform.Client.Segmentations.AnswerAsync([question], null, CancellationToken.None))[0].LabelMap!.Sha256;
        }

        return answers;
    }

    private static async Task<JsonElement> JsonAsync(Platform platform, params string[] arguments) =>
        JsonDocument.Parse((await platform.DoAsync(arguments)).Output).RootElement.Clone();
}
