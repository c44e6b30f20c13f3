using Bunit;
using Hermes.Dashboard.Components.Pages;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Dashboard.Tests.Components;

public sealed class QueuePageTests : PageContext
{
    private static readonly DateTimeOffset Since = new(2026, 11, 29, 8, 46, 12, TimeSpan.FromHours(1));

    private static readonly QuestionsUnderWay None = new([], 0, 0);

    private static readonly QueueStatus Busy = new()
    {
        Devices =
        [
            new QueueDevice(new DeviceDescription("a/cuda:0", "a", DeviceKinds.Cuda, 4) { Memory = 24L << 30, Site = "clinic" }, IsAlive: true, "first"),
            new QueueDevice(new DeviceDescription("b/cpu", "b", DeviceKinds.Cpu, 2), IsAlive: true, null),
            new QueueDevice(new DeviceDescription("c/cpu", "c", DeviceKinds.Cpu, 2), IsAlive: false, null),
        ],
        Running = [new LeasedRun("first", "a/cuda:0", Since, new RunDemand { Site = "clinic" })],
        Waiting =
        [
            new QueuedRun
            {
                Run = "second", Demand = new RunDemand { Priority = RunPriority.High, DeviceKind = DeviceKinds.Cuda }, Memory = 3L << 29, Queued = Since, IsMoved = true,
                Reason = "Waits for a device: a/cuda:0 is busy with run first.",
            },
            new QueuedRun { Run = "third", Demand = new RunDemand { Site = "clinic" }, IsHeld = true, Reason = "Held by mara since 2026-11-29 07:50Z." },
        ],
        Sites = [new SiteShare("clinic", 5400), new SiteShare("local", 1800)],
    };

    public QueuePageTests() => Publish([], []);

    [Fact]
    public void Without_devices_and_runs_the_page_teaches_how_to_have_some() =>
        Assert.Equal([QueuePage.HowToDeclare, RunList.HowToTrain], Render<QueuePage>().FindAll("pre").Select(Words));

    [Fact]
    public void A_device_says_what_it_is_and_who_has_it()
    {
        Queue.View = () => Task.FromResult(new QueueView(Busy, None));

        var page = Render<QueuePage>();

        Assert.Equal(
            [
                ["a/cuda:0", "cuda", "clinic", "24.0 GiB", "4", "BUSY", "first", "clinic", "2026-11-29 07:46"],
                ["b/cpu", "cpu", "local", "–", "2", "FREE", "–", "–", "–"],
                ["c/cpu", "cpu", "local", "–", "2", "SILENT", "–", "–", "–"],
            ],
            page.FindAll("table[aria-labelledby=devices] tbody tr").Select(Cells));
        Assert.Equal("/runs/first", page.Find("table[aria-labelledby=devices] a").GetAttribute("href"));
    }

    [Fact]
    public void Segmentations_that_wait_or_are_under_way_are_told_and_lead_to_their_pages()
    {
        var asked = new WorkRow(WorkKind.Segmentation, new string('a', 64), "scan.nii.gz by universal@2", "RUNNING", 3, 8) { Device = "b/cpu" };
        Queue.View = () => Task.FromResult(new QueueView(Busy, new QuestionsUnderWay([asked], 1, 2)));

        var page = Render<QueuePage>();

        Assert.Equal(["segmentation aaaaaaaa", "scan.nii.gz by universal@2", "RUNNING", "3 / 8 windows", "–"], Cells(page.Find("section[aria-labelledby=segmentations] tbody tr")));
        Assert.Contains("ANSWERING", Words(page.FindAll("[aria-labelledby=devices] tbody tr")[1]), StringComparison.Ordinal);
        Assert.Equal(
            [$"/segment/{asked.Key}", "/segment/answers"], page.FindAll("section[aria-labelledby=segmentations] a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void A_run_that_waits_says_why_and_what_it_needs()
    {
        Queue.View = () => Task.FromResult(new QueueView(Busy, None));

        var page = Render<QueuePage>();

        Assert.Equal(
            [
                ["1", "second", "HIGH", "local", "cuda, 1.5 GiB", "2026-11-29 07:46", "MOVED Waits for a device: a/cuda:0 is busy with run first.", "Change"],
                ["2", "third", "NORMAL", "clinic", "any device", "–", "HELD Held by mara since 2026-11-29 07:50Z.", "Change"],
            ],
            page.FindAll("table[aria-labelledby=waiting] tbody tr").Select(Cells));
        Assert.Equal("Waiting 2, 1 held", Words(page.Find("#waiting")));
        Assert.Equal([["clinic", "1.50", "75 %", "1"], ["local", "0.50", "25 %", "1"]], page.FindAll("section[aria-labelledby=shares] tbody tr").Select(Cells));
    }

    [Fact]
    public void A_run_is_moved_before_the_one_that_the_address_names()
    {
        Queue.View = () => Task.FromResult(new QueueView(Busy, None));
        Browser.NavigateTo("/queue?change=third&before=second");
        var page = Render<QueuePage>();

        Assert.Contains("third goes before second, whatever their priorities and sites.", Ask(page, "Move"), StringComparison.Ordinal);
        Confirm(page, "Move");
        Confirm(page, "Release");

        Assert.Equal(["move third before second", "release third"], Queue.Done);
    }

    [Fact]
    public void A_run_goes_before_all_others_and_is_held()
    {
        Queue.View = () => Task.FromResult(new QueueView(Busy, None));
        Browser.NavigateTo("/queue?change=second");
        var page = Render<QueuePage>();

        Confirm(page, "Move");
        Confirm(page, "Hold");

        Assert.Equal(["move second before all", "hold second"], Queue.Done);
    }

    [Fact]
    public void A_run_that_waits_no_more_says_so()
    {
        Queue.View = () => Task.FromResult(new QueueView(Busy, None));
        Browser.NavigateTo("/queue?change=first");

        Assert.Contains("It waits no more. first", Words(Render<QueuePage>().Find("section[aria-labelledby=waiting]")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_viewer_changes_nothing()
    {
        Visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        Queue.View = () => Task.FromResult(new QueueView(Busy, None));
        Browser.NavigateTo("/queue?change=second");

        Assert.All(Render<QueuePage>().FindAll(".hermes-action button"), button => Assert.True(button.HasAttribute("disabled")));
    }
}
