using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Dashboard.Tests.Platform;

public sealed class PlatformSummaryTests
{
    private static readonly QueueStatus Declared = new()
    {
        Devices =
        [
            new QueueDevice(new DeviceDescription("a/cpu", "a", DeviceKinds.Cpu, 2) { Site = "clinic" }, IsAlive: true, "first"),
            new QueueDevice(new DeviceDescription("b/cpu", "b", DeviceKinds.Cpu, 2), IsAlive: true, null),
            new QueueDevice(new DeviceDescription("c/cpu", "c", DeviceKinds.Cpu, 2), IsAlive: false, "lost"),
            new QueueDevice(new DeviceDescription("d/cpu", "d", DeviceKinds.Cpu, 2), IsAlive: true, null),
        ],
        Waiting = [new QueuedRun { Run = "held", Demand = new RunDemand(), IsHeld = true, Reason = "" }, new QueuedRun { Run = "next", Demand = new RunDemand(), Reason = "" }],
    };

    private static readonly QueueView Queue =
        new(Declared, new QuestionsUnderWay([new WorkRow(WorkKind.Segmentation, "a", "scan.nii.gz", "RUNNING", 1, 2) { Device = "d/cpu" }], AtWork: 1, Waiting: 5));

    [Fact]
    public void Sites_silos_devices_and_what_waits_are_counted()
    {
        var summary = PlatformSummary.Of([new SiloDescription("a", "a:1", "clinic", [], [])], Queue);

        Assert.Equal(["clinic", "local"], summary.Sites);
        Assert.Equal((1, 1, 1, 1, 1), (summary.Silos, summary.Used, summary.Answering, summary.Free, summary.Silent));
        Assert.Equal((2, 1, 5), (summary.Waiting, summary.Held, summary.Segmentations));
    }

    [Fact]
    public void Pages_hear_of_no_summary_twice_and_of_every_other()
    {
        var alert = new Alert(true, "It is so.", "Do it.", AlertAbout.Platform);

        Assert.Equal(PlatformSummary.Of([], Queue) with { Alerts = [alert] }, PlatformSummary.Of([], Queue) with { Alerts = [alert with { }] });
        Assert.NotEqual(PlatformSummary.Of([], Queue), PlatformSummary.Of([], Queue) with { Alerts = [alert] });
    }
}
