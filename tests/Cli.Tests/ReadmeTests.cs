using System.Diagnostics;
using System.Text.Json;
using Hermes.Hosting;

namespace Hermes.Cli.Tests;

/// <summary>What the README tells people to type.</summary>
public sealed class ReadmeTests
{
    private static readonly TimeSpan Minutes = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task The_readmes_commands_run_in_its_order()
    {
        await using var commands = new ReadmeCommands();
        await PlacePhantomsAsync(commands, "ct", "t1", "pet");
        commands.Place(Directory.EnumerateFiles(commands.At("made/phantom_ct/images")).Order(StringComparer.Ordinal).Last(), "scan.nii.gz");

        // The one change: a few steps show that training works, not that it learns.
        var printed = await commands.RunAllAsync(Minutes, command => command.StartsWith("./hermes train ", StringComparison.Ordinal) ? " --steps 4" : "");

        Assert.Contains("abdomen", printed["./hermes dataset list"], StringComparison.Ordinal);
        Assert.Contains("COMPLETED", printed["./hermes run show first"], StringComparison.Ordinal);
        Assert.True(File.Exists(commands.At("organs.nii.gz")));
        Assert.Equal(4, Tasks(await File.ReadAllTextAsync(commands.At("report.json"))).Count);
        Assert.Contains("not a bit moved", printed["./hermes update show lesions --certificate lesions.md"], StringComparison.Ordinal);
        Assert.Contains("**Granted**", await File.ReadAllTextAsync(commands.At("lesions.md")), StringComparison.Ordinal);
        Assert.Contains("universal@2", printed["./hermes update promote lesions"], StringComparison.Ordinal);
        Assert.True(File.Exists(commands.At("lesions.nii.gz")));
        Assert.Contains("No prior of the 7 tasks of version 1 has moved.", await File.ReadAllTextAsync(commands.At("priors.svg")), StringComparison.Ordinal);
    }

    [SkippableFact]
    [Trait("Length", "Long")]
    public async Task The_readmes_commands_learn_real_scans()
    {
        await using var commands = new ReadmeCommands();
        await PlacePhantomsAsync(commands, "pet");
        foreach (var (modality, name, names) in new[] { ("ct", "ct_abdomen", "ct_labels"), ("t1", "t1_brain", "t1_labels") })
        {
            commands.Place(SharedFolder.Require("data", "real", $"{name}.nii.gz"), $"scans/{modality}/{name}.nii.gz");
            commands.Place(SharedFolder.Require("data", "real", $"{name}_labels.nii.gz"), $"labels/{modality}/{name}_gt.nii.gz");
            commands.Place(SharedFolder.Require("data", "real", $"{names}.json"), $"{modality}.json");
        }

        commands.Place(SharedFolder.Require("data", "real", "ct_abdomen.nii.gz"), "scan.nii.gz");
        await commands.RunAllAsync(Minutes, _ => "");
        var run = JsonDocument.Parse(await commands.RunOnPlatformAsync("./hermes run show first --json", Minutes)).RootElement;
        var brain = await commands.RunOnPlatformAsync("./hermes evaluate --dataset brain --split all --json", Minutes);

        var dice = Tasks(await File.ReadAllTextAsync(commands.At("report.json"))).Concat(Tasks(brain)).ToDictionary();
        Assert.Equal(19, dice.Count);
        Assert.InRange(dice["abdomen/liver"], 0.90, 1);
        Assert.InRange(dice["abdomen/spleen"], 0.80, 1);
        Assert.InRange(dice["brain/putamen_left"], 0.80, 1);
        Assert.InRange(dice["brain/putamen_right"], 0.80, 1);
        Assert.InRange(dice["abdomen/kidney_left"], 0.85, 1);
        Assert.InRange(dice["abdomen/kidney_right"], 0.85, 1);
        Assert.InRange(dice["abdomen/gallbladder"], 0.40, 1);
        Assert.InRange(dice.Values.Average(), 0.82, 1);
        // Ten minutes on two cores that have nothing else to do, and the tenth by which one machine differs from itself.
        Assert.InRange(run.GetProperty("seconds").GetDouble(), 1, 660);
        await AssertKidneysMeasureTheSameWhateverElseIsAskedAsync(commands);
    }

    [Theory]
    [Trait("Length", "Long")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_quickstart_segments_scans_it_has_never_seen(int seed)
    {
        await using var commands = new ReadmeCommands();

        Assert.Contains("./hermes quickstart", ReadmeCommands.All);
        var report = await commands.RunAsync($"./hermes quickstart --json --seed {seed}", Minutes);

        var dice = Tasks(report);
        Assert.Equal(8, dice.Count);
        Assert.InRange(dice.Values.Min(), 0.70, 1);
        var document = JsonDocument.Parse(report).RootElement;
        Assert.InRange(document.GetProperty("meanDice").GetDouble(), 0.85, 1);
        // On two cores that have nothing else to do; the build is not counted.
        Assert.InRange(document.GetProperty("secondsTotal").GetDouble(), 1, 360);
    }

    [Theory]
    [Trait("Length", "Long")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_demo_learns_two_organs_more_and_forgets_nothing(int seed)
    {
        await using var commands = new ReadmeCommands();

        var document = JsonDocument.Parse(await commands.RunAsync($"./hermes demo incremental --baseline --json --seed {seed}", Minutes)).RootElement;

        Assert.All((string[])["certified", "bitIdentical", "controlDiffers"], proof => Assert.True(document.GetProperty(proof).GetBoolean(), proof));
        Assert.Equal(8, document.GetProperty("oldTasks").GetArrayLength());
        Assert.All(document.GetProperty("oldTasks").EnumerateArray(), task => Assert.Equal(task.GetProperty("before").GetDouble(), task.GetProperty("after").GetDouble()));
        Assert.Equal(2, document.GetProperty("newTasks").GetArrayLength());
        Assert.All(document.GetProperty("newTasks").EnumerateArray(), task => Assert.InRange(
            task.GetProperty("dice").GetDouble(), Math.Max(0.75, 0.95 * task.GetProperty("baseline").GetDouble()), 1));
        // On two cores that have nothing else to do, the network to compare with included.
        Assert.InRange(document.GetProperty("secondsUpdate").GetDouble(), 1, 240);
    }

    [Theory]
    [Trait("Length", "Long")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_demo_of_a_new_trunk_learns_the_organs_and_is_refused_where_an_old_task_is_not_shown_to_be_kept(int seed)
    {
        await using var commands = new ReadmeCommands();

        var (exitCode, output, error) = await commands.EndAsync($"./hermes demo incremental --policy full --json --seed {seed}", Minutes);
        Assert.True(exitCode is 0 or 1, error);
        var document = JsonDocument.Parse(output).RootElement;

        // The worst of the draws that docs/incremental-learning.md tells had 0.70.
        Assert.All(document.GetProperty("newTasks").EnumerateArray(), task => Assert.InRange(task.GetProperty("dice").GetDouble(), 0.65, 1));
        var bounds = document.GetProperty("oldTasks").EnumerateArray().Select(task => task.GetProperty("lowerBound").GetDouble()).ToList();
        Assert.Equal(8, bounds.Count);
        Assert.Equal(bounds.All(bound => bound >= -0.01), document.GetProperty("certified").GetBoolean());
        Assert.Equal(exitCode == 0, document.GetProperty("certified").GetBoolean());
    }

    private static async Task AssertKidneysMeasureTheSameWhateverElseIsAskedAsync(ReadmeCommands commands)
    {
        const string Right = "abdomen/kidney_right", Left = "abdomen/kidney_left";
        var measured = new List<Dictionary<string, double>>();
        foreach (var asked in new[] { "", $" --tasks {Right},{Left}", $" --tasks {Right}", $" --tasks {Left}" })
        {
            var answer = await commands.RunOnPlatformAsync($"./hermes segment scan.nii.gz -o kidneys-{measured.Count}.nii.gz --dataset abdomen --json{asked}", Minutes);
            measured.Add(JsonDocument.Parse(answer).RootElement.GetProperty("tasks").EnumerateArray()
                .ToDictionary(task => task.GetProperty("task").GetString()!, task => task.GetProperty("volumeMl").GetDouble()));
        }

        // The same voxels, so the same millilitres to the last digit.
        Assert.All(measured[1..], some => Assert.All(some, task => Assert.Equal(measured[0][task.Key], task.Value)));
        Assert.Equal([2, 1, 1], measured[1..].Select(some => some.Count));
    }

    private static async Task PlacePhantomsAsync(ReadmeCommands commands, params string[] modalities)
    {
        var made = commands.At("made");
        var start = PlatformProgram.Worker.StartInfo("phantoms", "--out", made);
        start.RedirectStandardOutput = true;
        using var worker = Process.Start(start)!;
        await worker.StandardOutput.ReadToEndAsync();
        Assert.Equal(0, await worker.EndAsync());

        foreach (var modality in modalities)
        {
            var dataset = Path.Combine(made, $"phantom_{modality}");
            foreach (var image in Directory.EnumerateFiles(Path.Combine(dataset, "images")).Order(StringComparer.Ordinal).Take(3))
            {
                var name = Path.GetFileName(image);
                commands.Place(image, $"scans/{modality}/{name}");
                commands.Place(Path.Combine(dataset, "labels", name), $"labels/{modality}/{name}");
            }

            commands.Place(Path.Combine(dataset, "labels.json"), $"{modality}.json");
        }

        commands.Place(Directory.EnumerateFiles(Path.Combine(made, "phantom_pet", "images")).Order(StringComparer.Ordinal).Last(), "pet.nii.gz");
    }

    private static Dictionary<string, double> Tasks(string report) => JsonDocument.Parse(report).RootElement.GetProperty("tasks").EnumerateArray()
        .ToDictionary(task => task.GetProperty("task").GetString()!, task => task.GetProperty("dice").GetDouble());
}
