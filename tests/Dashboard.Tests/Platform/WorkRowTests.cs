using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class WorkRowTests
{
    [Fact]
    public void The_steps_of_an_update_are_those_of_its_runs_and_of_what_it_learned()
    {
        var update = Grown.Update(UpdateState.Training, isLearned: false);
        var branch = update.Branches[0] with { IsBegun = false };
        update = update with
        {
            Branches =
            [
                branch with { Run = "one", Steps = 40, IsBegun = true }, branch with { Run = "two", Steps = 30 },
                branch with { Run = "three", Steps = 20, Learned = Grown.Branch("three") }, branch with { Run = "four", Steps = 10, IsBegun = true },
            ],
        };
        var at = new RunStatus { Name = "one", State = RunState.Running, Phase = Phases.Train, Step = 7, StepsTotal = 40 };
        RunStatus[] runs = [at, new() { Name = "another", State = RunState.Running, Step = 900 }];

        var row = WorkRow.Of(update, runs);

        // The fourth has ended, which its update has yet to hear.
        Assert.Equal((7 + 20 + 10, 100), (row.Done, row.Total));
        Assert.Equal("TRAINING", row.State);
        Assert.Null(row.SecondsLeft);

        // Two runs side by side, at 2 and at 4 s a step: 60 steps are left.
        var paced = at with { LastMetrics = new Dictionary<string, double> { [MetricKeys.SecondsPerStep] = 2 } };
        var beside = paced with { Name = "two", Step = 3, LastMetrics = new Dictionary<string, double> { [MetricKeys.SecondsPerStep] = 4 } };
        Assert.Equal(90, WorkRow.Of(update, [paced, beside]).SecondsLeft);
    }

    [Fact]
    public void A_question_is_told_by_its_image_and_its_windows_and_one_that_was_forgotten_is_left_out()
    {
        var asked = new SegmentationRequest
        {
            Model = "universal@2",
            Package = Grown.Blob("trunk"),
            Image = Grown.Blob("image"),
            ImageFile = "scan.nii.gz",
            Prompt = new DefinitePrompt { Modality = "ct", Tasks = [], Wanted = [] },
        };

        var early = new SegmentationStatus { State = SegmentationState.Running, Request = asked, Device = "a/cpu", Phase = Phases.Prepare, Done = 1, Total = 1 };

        Assert.Equal(
            [
                new WorkRow(WorkKind.Segmentation, asked.Key(), "scan.nii.gz by universal@2", "RUNNING", 0, 0) { Device = "a/cpu" },
                new WorkRow(WorkKind.Segmentation, asked.Key(), "scan.nii.gz by universal@2", "RUNNING", 3, 8) { Device = "a/cpu" },
            ],
            WorkRow.Of([new() { State = SegmentationState.Absent }, early, early with { Phase = Phases.Window, Done = 3, Total = 8 }]));
    }
}
