using Hermes.Client.Tests.Models;
using Hermes.Dashboard.Platform;
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
        RunStatus[] runs = [new() { Name = "one", State = RunState.Running, Step = 7 }, new() { Name = "another", State = RunState.Running, Step = 900 }];

        var row = WorkRow.Of(update, runs);

        // The fourth has ended, which its update has yet to hear.
        Assert.Equal((7 + 20 + 10, 100), (row.Done, row.Total));
        Assert.Equal("TRAINING", row.State);
    }

    [Fact]
    public void A_question_is_told_by_its_image_and_one_that_was_forgotten_is_left_out()
    {
        var asked = new SegmentationRequest
        {
            Model = "universal@2",
            Package = Grown.Blob("trunk"),
            Image = Grown.Blob("image"),
            ImageFile = "scan.nii.gz",
            Prompt = new DefinitePrompt { Modality = "ct", Tasks = [], Wanted = [] },
        };

        SegmentationStatus[] questions = [new() { State = SegmentationState.Absent }, new() { State = SegmentationState.Running, Request = asked }];

        var row = Assert.Single(WorkRow.Of(questions));

        Assert.Equal(new WorkRow(WorkKind.Segmentation, asked.Key(), "scan.nii.gz by universal@2", "RUNNING", 0, 0), row);
    }
}
