using System.CommandLine;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Cli.Verbs;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Spectre.Console;

namespace Hermes.Cli.Tests.Verbs;

public sealed class QueueVerbsTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 3, 0, TimeSpan.Zero);

    private static readonly QueueStatus Queue = new()
    {
        Waiting =
        [
            new QueuedRun { Run = "second", Demand = new RunDemand { Priority = RunPriority.High, Site = "north", DeviceKind = "cpu" }, Memory = 3L << 29, Queued = At, IsMoved = true, Reason = "Waits." },
            new QueuedRun { Run = "third", Demand = new RunDemand(), IsHeld = true, Reason = "Held by anna." },
        ],
        Running = [new LeasedRun("first", "silo/cpu", At, new RunDemand())],
        Devices =
        [
            new QueueDevice(new DeviceDescription("silo/cpu", "silo", "cpu", 2) { Memory = 4L << 30 }, true, "first"),
            new QueueDevice(new DeviceDescription("other/cuda:0", "other", "cuda", 2), false, null),
        ],
        Sites = [new SiteShare("local", 61.23)],
    };

    [Fact]
    public void The_queue_is_told_with_devices_order_and_reasons()
    {
        var told = Told(Queue);

        Assert.Matches(@"silo/cpu\s+4\.0 GiB\s+BUSY\s+first\s+local\s+2026-03-01 12:03:00Z", told);
        Assert.Matches(@"other/cuda:0\s+unknown\s+SILENT", told);
        Assert.Matches(@"second\s+HIGH\s+north\s+cpu\s+1\.5 GiB\s+2026-03-01 12:03:00Z\s+moved", told);
        Assert.Matches(@"third\s+NORMAL\s+local\s+any\s+unknown\s+held", told);
        Assert.Contains("third: Held by anna.", told, StringComparison.Ordinal);
        Assert.Contains("No run waits.", Told(Queue with { Waiting = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_queue_has_the_promised_properties()
    {
        var json = JsonSerializer.SerializeToElement(QueueDocument.Of(Queue), VerbOutput.JsonOptions);

        Assert.Equal(["waiting", "devices", "sites"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ["run", "site", "priority", "deviceKind", "memoryBytes", "queued", "held", "moved", "reason"],
            json.GetProperty("waiting")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ["device", "kind", "site", "memoryBytes", "threads", "state", "run", "runSite", "since"],
            json.GetProperty("devices")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(61.2, json.GetProperty("sites")[0].GetProperty("seconds").GetDouble());
    }

    [Theory]
    [InlineData("queue", "move", "a")]
    [InlineData("queue", "move", "a", "--first", "--before", "b")]
    public async Task A_move_needs_one_place(params string[] words) => Assert.Equal(2, await CommandLine.Create().Parse(words).InvokeAsync());

    private static string Told(QueueStatus status)
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 200;
        QueueVerbs.Render(console, QueueDocument.Of(status));
        return output.ToString();
    }
}
