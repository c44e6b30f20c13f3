using System.Globalization;
using System.Text.Json;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Runs that wait for a platform's only device, as people see and order them.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task Two_runs_wait_the_second_is_moved_before_the_first_and_held_and_goes_when_it_is_released()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await Platform.StartAsync(folder.At("data"));
        Assert.Equal(0, (await platform.AddAsync("boxes", Scans.WriteCases(folder.At("boxes")))).ExitCode);
        await platform.DoAsync("train", "--name", "long", "--preset", "tiny", "--steps", "5000");
        await platform.WaitAsync("long", r => r is { State: RunState.Running, Step: >= 3 });
        await platform.DoAsync("train", "--name", "first", "--preset", "tiny", "--steps", "1");
        await platform.DoAsync("train", "--name", "second", "--preset", "tiny", "--steps", "1", "--priority", "low");

        var queue = (await platform.DoAsync("queue")).Json;
        Assert.Equal("first second", Waiting(queue));
        Assert.Matches("^Waits for a device: silo/cpu is busy with run long since ", Reason(queue, "first"));
        Assert.EndsWith("Run first goes first: its priority is normal.", Reason(queue, "second"), StringComparison.Ordinal);
        var device = queue.GetProperty("devices")[0];
        Assert.Equal(("BUSY", "long"), (device.GetProperty("state").GetString(), device.GetProperty("run").GetString()));
        AssertEstimate(queue.GetProperty("waiting")[0].GetProperty("memoryBytes").GetInt64(), platform.Workers().Max(PeakMemory), device.GetProperty("memoryBytes").GetInt64());

        Assert.Equal("second first", Waiting((await platform.DoAsync("queue", "move", "second", "--before", "first")).Json));
        await platform.DoAsync("queue", "hold", "second");
        var shown = (await platform.DoAsync("run", "show", "second")).Json;
        Assert.Equal("QUEUED", shown.GetProperty("state").GetString());
        Assert.StartsWith("Held by ", shown.GetProperty("waits").GetString(), StringComparison.Ordinal);
        Assert.Contains("Held by ", (await platform.DoAsync("run", "list")).Output, StringComparison.Ordinal);

        await platform.Client.Runs.CancelAsync("long");
        await platform.WaitAsync("first", r => r.State == RunState.Completed);
        Assert.Equal(RunState.Queued, (await platform.Client.Runs.GetAsync("second")).State);

        await platform.DoAsync("queue", "release", "second");
        await platform.WaitAsync("second", r => r.State == RunState.Completed);
        Assert.Equal("", Waiting((await platform.DoAsync("queue", "list")).Json));
    }

    [Fact]
    public async Task A_training_that_no_device_can_hold_is_refused_and_its_name_stays_free()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await Platform.StartAsync(folder.At("data"));
        Assert.Equal(0, (await platform.AddAsync("boxes", Scans.WriteCases(folder.At("boxes")))).ExitCode);
        await Platform.UntilAsync(async () => (await platform.Client.Queue.GetAsync()).Devices.Count > 0);
        var preset = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "config", "universal", "tiny.yaml"));
        var file = folder.At("huge.yaml");
        await File.WriteAllTextAsync(file, preset.Replace("base_chan: 8", "base_chan: 1024", StringComparison.Ordinal));

        var refused = await platform.HermesAsync("train", "--name", "run", "--config", file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches(@"^No device can hold this training\. It needs about [\d.]+ GiB; the largest device, silo/cpu, has [\d.]+ GiB\.$", refused.Json.GetProperty("error").GetString());
        Assert.Contains("base_chan", refused.Json.GetProperty("hint").GetString(), StringComparison.Ordinal);

        await platform.DoAsync("train", "--name", "run", "--preset", "tiny", "--steps", "1", "--wait");
    }

    // The worker that trains holds the formula's training and little else.
    private static void AssertEstimate(long estimate, long peak, long ofDevice)
    {
        Assert.InRange((double)estimate / peak, 1, 2.2);
        Assert.InRange(estimate, 1, ofDevice);
    }

    private static string Waiting(JsonElement queue) => string.Join(' ', queue.GetProperty("waiting").EnumerateArray().Select(w => w.GetProperty("run").GetString()));

    private static string Reason(JsonElement queue, string run) =>
        queue.GetProperty("waiting").EnumerateArray().Single(w => w.GetProperty("run").GetString() == run).GetProperty("reason").GetString()!;

    private static long PeakMemory(int process) => 1024 * long.Parse(
        File.ReadLines($"/proc/{process}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
