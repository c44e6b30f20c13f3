using System.IO.Compression;
using System.Text.Json;
using Hermes.Client.Datasets;
using Hermes.Client.Segmentations;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;
using Xunit.Abstractions;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A model of a real scan learns more of it.</summary>
public sealed class RealScanTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(25);

    // The header of the label file; it holds one byte a voxel.
    private const int Offset = 352;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    [Trait("Length", "Long")]
    public async Task A_model_of_eight_organs_of_a_scan_learns_the_five_that_were_visible_and_unlabelled_and_no_old_bit_moves()
    {
        var scan = SharedFolder.Require("data", "real", "ct_abdomen.nii.gz");
        await using var platform = await Platform.StartAsync(_folder.At("data"), "--checkpoint-seconds", "30", "--threads", "2");
        await platform.Client.Datasets.AddAsync(Part("organs", scan, first: 1, last: 8));
        await platform.Client.Runs.StartAsync("organs", new RunRequest { Preset = "tiny", Steps = 200 });
        await platform.WaitAsync("organs", r => r is { State: RunState.Completed, ModelVersion: not null }, Patience);
        var trunk = (await platform.ResolveAsync()).Content;
        var image = (await platform.Client.Datasets.GetCasesAsync("local/organs").SingleAsync()).Facts.Image;
        var question = await platform.QuestionAsync(new SegmentationQuestion { Image = image, PromptGroup = "organs" });
        var before = await platform.Client.Segmentations.AnswerAsync(question);
        Assert.True(before.Tasks.Single(t => t.Task == "organs/liver").VolumeMl > 100);

        await platform.Client.Datasets.AddAsync(Part("more", scan, first: 9, last: 13));
        await platform.Client.Updates.CreateAsync("more", new UpdateRequest { Datasets = ["local/more"], Steps = 150, AutoPromote = true });
        var certificate = (await platform.UpdateAsync("more", u => u.State == UpdateState.Promoted, Patience)).Certificate!;

        var probe = Assert.Single(certificate.Probes);
        Assert.True(certificate.IsGranted && probe is { Group: "organs", IsEqual: true });
        var again = await platform.Client.Segmentations.AnswerAsync(question with { Probe = "after the update" });
        Assert.Equal((before.LabelMap!.Sha256, before.LabelMap.Sha256), (probe.After, again.LabelMap!.Sha256));
        var grown = (await platform.ResolveAsync()).Content;
        Assert.Equal((trunk.Package, 13), (grown.Package, grown.Groups().Sum(g => g.Labels.Count)));

        foreach (var task in certificate.NewTasks)
        {
            output.WriteLine($"{task.Task}: Dice {task.Dice:0.000} on a case of the split {task.Split.Word()}");
        }

        // Measured: 0.54 of all, 0.24 of the vena cava, the least.
        Assert.Equal(5, certificate.NewTasks.Count);
        Assert.All(certificate.NewTasks, t => Assert.True(t is { Cases: 1, Split: Split.Train, Dice: > 0.1 }, t.ToString()));
        Assert.True(certificate.NewTasks.Average(t => t.Dice) > 0.35);

        // There is one scan, and it was learned from: whoever reads the certificate is told.
        var file = _folder.At("certificate.md");
        await platform.DoAsync("update", "show", "more", "--certificate", file);
        Assert.Contains("local/more has labelled cases of the split train only, so its tasks were measured on cases they were learned from.", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
    }

    /// <summary>The scan with some of its labels; what else is to be seen in it is background.</summary>
    private DatasetSource Part(string name, string scan, int first, int last)
    {
        var folder = _folder.Folder(name);
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        File.Copy(scan, Path.Combine(folder, "images", "abdomen.nii.gz"));

        using var packed = new GZipStream(File.OpenRead(SharedFolder.Require("data", "real", "ct_abdomen_labels.nii.gz")), CompressionMode.Decompress);
        using var labels = new MemoryStream();
        packed.CopyTo(labels);
        var bytes = labels.ToArray();
        foreach (ref var voxel in bytes.AsSpan(Offset))
        {
            voxel = voxel >= first && voxel <= last ? voxel : (byte)0;
        }

        Scans.Write(Path.Combine(folder, "labels", "abdomen.nii.gz"), bytes);
        using var names = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("data", "real", "ct_labels.json")));
        File.WriteAllText(
            Path.Combine(folder, "names.json"),
            JsonSerializer.Serialize(Enumerable.Range(first, last - first + 1).Select(v => $"{v}").ToDictionary(v => v, v => names.RootElement.GetProperty(v).GetString())));
        return Platform.Source(name, folder, "names.json", "ct", training: 1);
    }
}
