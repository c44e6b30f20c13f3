using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Tests.Runs;

public sealed class RunComparisonTests
{
    private static readonly RunStatus One = TestRun.Status(RunState.Completed) with
    {
        Checkpoints = [new CheckpointHead(90, new BlobRef("local", new string('a', 64), 1, MediaTypes.Safetensors), 0.75) { Tasks = [new ValidatedTask("a/liver", 0.75, 2)] }],
        ModelVersion = 1,
    };

    [Fact]
    public void Facts_that_all_runs_share_do_not_differ_and_others_do()
    {
        var rows = RunComparison.Of([One, One with { Request = One.Request! with { Seed = 4 }, State = RunState.Failed }]);

        Assert.Equal(["State", "Seed"], rows.Where(r => r.Differs).Select(r => r.Name));
        Assert.Equal(["COMPLETED", "FAILED"], rows.Single(r => r.Name == "State").Values);
        Assert.Contains(rows, r => r.Name == "Configuration" && r.Values[0] == "tiny");
    }

    [Fact]
    public void Dice_per_task_is_that_of_the_best_checkpoint()
    {
        var rows = RunComparison.Of([One, TestRun.Status(RunState.Queued)]);

        Assert.Equal(["0.750", null], rows.Single(r => r.Name == "Dice of a/liver").Values);
        Assert.Equal(["0.750", null], rows.Single(r => r.Name == "Best mean Dice").Values);
    }

    [Fact]
    public void How_long_a_run_took_is_told_from_when_it_was_asked_for_as_its_waiting_is_in_it()
    {
        var rows = RunComparison.Of([One with { Ended = One.Created!.Value.AddSeconds(90) }, One]);

        Assert.Equal(["1 min 30 s", null], rows.Single(r => r.Name == "Took, with waiting").Values);
    }

    [Fact]
    public void A_run_of_a_study_says_what_it_learns_there()
    {
        var (pet, ct) = (new PinnedDataset("local/pet", 2), new PinnedDataset("local/ct", 1));
        var study = new BranchStudy { Task = "pet/lesion", Other = new StudiedTask("ct/liver", ct) };

        var rows = RunComparison.Of([Learns(study with { Other = null }), Learns(study), Learns(study with { IsJoint = true })]);

        const string Alone = "pet/lesion of local/pet for a study";
        Assert.Equal([Alone, $"{Alone}, beginning as ct/liver of local/ct", $"{Alone}, together with ct/liver of local/ct"], rows.Single(r => r.Name == "Learns").Values);

        RunStatus Learns(BranchStudy study) => One with
        {
            Request = One.Request! with
            {
                Branch = new BranchRequest(One.Checkpoints[0].Blob, pet, BranchPolicy.Branch, new Dictionary<string, string>()) { Study = study },
            },
        };
    }

    [Fact]
    public void Settings_of_configuration_files_are_compared_one_by_one()
    {
        var rows = RunComparison.Of(
        [
            With("lr: 0.01\nbatch_size: 2 # small\n\n# a remark\n"),
            With("lr: 0.02\nbatch_size: 2\nema_alpha: 0.9\n"),
        ]);

        Assert.Equal(["Configuration: ema_alpha", "Configuration: lr"], rows.Where(r => r.Differs).Select(r => r.Name).Order());
        Assert.Equal(["0.01", "0.02"], rows.Single(r => r.Name == "Configuration: lr").Values);
        Assert.Equal(["2", "2"], rows.Single(r => r.Name == "Configuration: batch_size").Values);
    }

    private static RunStatus With(string configuration) =>
        One with { Request = One.Request! with { Configuration = configuration, ConfigurationFile = "mine.yaml" } };
}
