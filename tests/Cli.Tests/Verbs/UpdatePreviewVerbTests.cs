using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Verbs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Spectre.Console;

namespace Hermes.Cli.Tests.Verbs;

public sealed class UpdatePreviewVerbTests
{
    private static readonly UpdatePreview Preview = new()
    {
        Base = "universal@1",
        Branches = [new BranchEstimate(new PinnedDataset("local/gut", 1), 75, 10.4, null), new BranchEstimate(new PinnedDataset("local/nodes", 2), null, null, 12_345)],
        Estimate = "The last step took 0.22 s.",
        Devices = ["here/cpu: cpu, 2 threads"],
        Structures =
        [
            new NewStructure
            {
                Task = "gut/stomach", Dataset = "local/gut", Cases = 6, VolumeMl = 18.1, InitialTask = "ct/liver",
                Nearest =
                [
                    new NearPrior { Task = "ct/liver", IsTrunk = true, IsSameModality = true, Dice = 0.1234, Cases = 3, VolumeMl = 70.2, VolumeOverlap = 0.5 },
                    new NearPrior { Task = "nodes/node", IsTrunk = false, IsSameModality = false },
                ],
            },
        ],
        Conflicts =
        [
            new UpdateConflict(ConflictKind.OtherExtent, "local/gut", "gut/stomach", "stomach has another extent."),
            new UpdateConflict(ConflictKind.Unlabelled, "local/gut", "ct/liver", "ct/liver is visible."),
        ],
        MayMove = [],
        Recommended = BranchPolicy.Branch,
        Reason = "No prompt finds it.",
        Questions = 3,
        Answered = 3,
        Remarks = ["One case could not be read."],
    };

    [Fact]
    public void A_preview_tells_cost_evidence_and_what_is_odd()
    {
        var told = Told(Preview);

        Assert.Matches(@"policy\s+branch\. No prompt finds it\.", told);
        Assert.Matches(@"may move\s+no old task", told);
        Assert.Matches(@"local/gut@1\s+75\s+about 10 s\s+not known", told);
        Assert.Matches(@"local/nodes@2\s+not known\s+not known\s+about 12,345", told);
        Assert.Matches(@"gut/stomach\s+18\.1\s+ct/liver\s+0\.123\s+70\.2\s+same\s+50 %\s+trunk", told);
        Assert.Matches(@"nodes/node\s+-\s+-\s+another\s+-\s+branch", told);
        Assert.Contains("conflict: stomach has another extent.", told, StringComparison.Ordinal);
        Assert.Contains("note: ct/liver is visible.", told, StringComparison.Ordinal);
        Assert.Contains("One case could not be read.", told, StringComparison.Ordinal);
        Assert.Contains("--accept", told, StringComparison.Ordinal);
        Assert.DoesNotContain("--accept", Told(Preview with { Conflicts = [Preview.Conflicts[1]] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_preview_has_the_promised_properties()
    {
        var json = JsonSerializer.SerializeToElement(Preview, VerbOutput.JsonOptions);

        Assert.Equal("universal@1", json.GetProperty("base").GetString());
        Assert.Equal((75, 10.4), (json.GetProperty("branches")[0].GetProperty("steps").GetInt32(), json.GetProperty("branches")[0].GetProperty("seconds").GetDouble()));
        Assert.Equal("ct/liver", json.GetProperty("structures")[0].GetProperty("initialTask").GetString());
        Assert.Equal(0.1234, json.GetProperty("structures")[0].GetProperty("nearest")[0].GetProperty("dice").GetDouble());
        Assert.Equal(("otherExtent", true), (json.GetProperty("conflicts")[0].GetProperty("kind").GetString(), json.GetProperty("conflicts")[0].GetProperty("needsAcceptance").GetBoolean()));
        Assert.Equal(("branch", 0), (json.GetProperty("recommended").GetString(), json.GetProperty("mayMove").GetArrayLength()));
    }

    private static string Told(UpdatePreview preview)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;
        UpdatePreviewVerb.Render(console, preview);
        return output.ToString();
    }
}
