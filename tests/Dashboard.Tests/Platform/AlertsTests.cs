using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class AlertsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("storage", "Make room")]
    [InlineData("disk", "Free some space")]
    [InlineData("broker", "Start the broker again")]
    [InlineData("worker silo/cpu", "logs/silo.log")]
    public void What_the_platform_noticed_says_what_to_do(string subject, string remedy)
    {
        var alert = Assert.Single(Alerts.Of([new PlatformTrouble(subject, "It is so.", Now, 1)]));

        Assert.Equal((true, $"{subject}: It is so.", AlertAbout.Platform), (alert.IsFailure, alert.Message, alert.About));
        Assert.Contains(remedy, alert.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_platform_without_any_device_and_a_silo_that_should_have_one_are_told()
    {
        var keeper = new SiloDescription("keeper", "a:1", "local", [SiloRoles.Keep], []);
        var worker = new SiloDescription("worker", "b:1", "local", [SiloRoles.Keep, SiloRoles.Compute], [new SiloDevice("cpu", null)]);

        Assert.Equal("No silo has a device, so nothing is trained or segmented.", Assert.Single(Alerts.Of([keeper])).Message);
        Assert.Empty(Alerts.Of([keeper, worker]));
        Assert.Contains("The silo worker", Assert.Single(Alerts.Of([worker with { Devices = [] }, worker with { Name = "other" }])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Work_that_waits_for_what_no_living_device_has_is_told_and_what_is_held_is_not()
    {
        var cpu = new QueueDevice(new DeviceDescription("a/cpu", "a", DeviceKinds.Cpu, 2) { Memory = 4L << 30 }, IsAlive: true, null);
        var card = new QueueDevice(new DeviceDescription("b/cuda:0", "b", DeviceKinds.Cuda, 2), IsAlive: false, "lost");
        var queue = new QueueStatus
        {
            Devices = [cpu, card],
            Waiting = [Waits("fits", 1), Waits("big", 5), Waits("card", 1, DeviceKinds.Cuda), Waits("held", 9) with { IsHeld = true }],
        };

        var alerts = Alerts.Of(queue).ToList();

        Assert.Equal(["Run big cannot begin. It waits.", "Run card cannot begin. It waits.", "Nothing is heard of the silo of b/cuda:0, which has run lost."], alerts.Select(a => a.Message));
        Assert.Equal("Start the silo of that device again; it begins by itself then.", alerts[1].Remedy);
        Assert.Equal([true, true, false], alerts.Select(a => a.IsFailure));
    }

    [Fact]
    public void Runs_that_failed_of_late_are_told_the_first_three_of_them()
    {
        RunStatus[] failed = [.. Enumerable.Range(1, 5).Select(n => Failed($"r{n}", Now.AddHours(-n)))];

        var alerts = Alerts.Of([], [.. failed, Failed("old", Now.AddDays(-8))], Now).ToList();

        Assert.Equal(["Run r1 failed. It is too big.", "Run r2 failed. It is too big.", "Run r3 failed. It is too big.", "More runs failed."], alerts.Select(a => a.Message));
        Assert.Equal("Take a smaller one. When its cause is mended, resume it.", alerts[0].Remedy);
        Assert.Equal(["r1", "r2", "r3", ""], alerts.Select(a => a.Name));
    }

    [Fact]
    public void A_run_of_an_update_is_told_by_the_update_and_one_that_cannot_be_stored_by_itself()
    {
        var stuck = new RunStatus { Name = "stuck", State = RunState.Running, Trouble = new Failure("The disk is full.") };

        var alert = Assert.Single(Alerts.Of([stuck], [Failed("branch", Now) with { Updates = ["grow"] }], Now));

        Assert.Equal("What run stuck makes cannot be stored: The disk is full.", alert.Message);
    }

    [Fact]
    public void A_run_of_a_study_tells_of_itself_unless_an_update_needs_it_too()
    {
        var study = Names.RelationStudyNeed("universal@1");

        var alert = Assert.Single(Alerts.Of([], [Failed("both", Now) with { Updates = [study, "grow"] }, Failed("study-1", Now) with { Updates = [study] }], Now));

        Assert.Equal("study-1", alert.Name);
    }

    [Fact]
    public void Updates_that_failed_were_rejected_or_wait_to_be_promoted_are_told()
    {
        var asked = new UpdateRequest { Datasets = ["local/a"] };
        UpdateStatus[] updates =
        [
            new() { Name = "failed", State = UpdateState.Failed, Ended = Now, Cause = new Failure("A run failed.") },
            new() { Name = "rejected", State = UpdateState.Rejected, Ended = Now },
            new() { Name = "waits", State = UpdateState.Certified, Request = asked },
            new() { Name = "goes on", State = UpdateState.Certified, Request = asked with { AutoPromote = true } },
            new() { Name = "old", State = UpdateState.Failed, Ended = Now.AddDays(-8) },
            new() { Name = "live", State = UpdateState.Promoted, Ended = Now },
        ];

        Assert.Equal([("failed", true), ("rejected", true), ("waits", false)], Alerts.Of(updates, Now).Select(a => (a.Name, a.IsFailure)));
    }

    [Fact]
    public void Questions_of_people_that_failed_of_late_are_told_and_those_of_updates_are_not()
    {
        var asked = new SegmentationRequest
        {
            Model = "universal@2", Package = Blob('p'), Image = Blob('i'), ImageFile = "scan.nii.gz", Prompt = new DefinitePrompt { Modality = "ct", Tasks = [], Wanted = [] },
        };
        SegmentationStatus[] failed =
        [
            Failed(asked, Now), Failed(asked with { Probe = "before" }, Now), Failed(asked with { AgainstEach = true }, Now), Failed(asked, Now.AddDays(-8)), Failed(asked, null),
        ];

        var alert = Assert.Single(Alerts.Of(failed, Now));

        Assert.Equal("scan.nii.gz could not be segmented by universal@2. It is damaged.", alert.Message);
        Assert.Equal((AlertAbout.Segmentation, asked.Key()), (alert.About, alert.Name));

        static BlobRef Blob(char letter) => new("local", Identity.Of([letter.ToString()]), 1, MediaTypes.NiftiGz);

        static SegmentationStatus Failed(SegmentationRequest request, DateTimeOffset? at) =>
            new() { State = SegmentationState.Failed, Request = request, Asked = at, Cause = new Failure("It is damaged.") };
    }

    [Fact]
    public void Studies_that_failed_of_late_are_told()
    {
        RelationStudyStatus[] failed =
        [
            new() { Version = "universal@2", State = RelationStudyState.Failed, Ended = Now, Cause = new Failure("A training diverged.") },
            new() { Version = "old@1", State = RelationStudyState.Failed, Ended = Now.AddDays(-8) },
        ];

        var alert = Assert.Single(Alerts.Of(failed, Now));

        Assert.Equal(("The study of universal@2 failed. A training diverged.", AlertAbout.Study, "universal@2"), (alert.Message, alert.About, alert.Name));
    }

    [Fact]
    public void Events_that_failed_are_told_with_who_could_not_take_them()
    {
        EventRow[] rows = [.. Enumerable.Range(1, 4).Select(n => new EventRow
        {
            Id = $"e{n}", State = EventState.Failed, Kind = n == 2 ? null : "DatasetReady", Words = "", Subscriber = "GrowModels", Cause = new Failure("There is no model."),
        })];

        var alerts = Alerts.Of(rows, 17).ToList();

        Assert.Equal("GrowModels could not take the event e1: There is no model.", alerts[0].Message);
        Assert.Contains("retry it", alerts[0].Remedy, StringComparison.Ordinal);
        Assert.Contains("Have its sender send it anew", alerts[1].Remedy, StringComparison.Ordinal);
        Assert.Equal("17 events failed in all.", alerts[3].Message);
    }

    [Fact]
    public void Datasets_that_were_refused_say_what_was_wrong()
    {
        var cause = new Failure("Label value 7 is not in the label table.");
        DatasetRow[] rows = [Rows.Dataset("fine"), Rows.Dataset("pet") with { Cause = cause, MoreCauses = 2 }];

        var alert = Assert.Single(Alerts.Of(rows));

        Assert.Equal(("The last append to local/pet was refused: Label value 7 is not in the label table. 2 more reasons.", "local/pet"), (alert.Message, alert.Name));
    }

    private static QueuedRun Waits(string run, int gibibytes, string? kind = null) =>
        new() { Run = run, Demand = new RunDemand { DeviceKind = kind }, Memory = (long)gibibytes << 30, Reason = "It waits." };

    private static RunStatus Failed(string name, DateTimeOffset ended) =>
        new() { Name = name, State = RunState.Failed, Ended = ended, Cause = new Failure("It is too big.", Hint: "Take a smaller one.") };
}
