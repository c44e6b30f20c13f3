using System.Diagnostics;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>A silo whose processor counts as two devices.</summary>
public sealed class SeveralDevicesTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Platform _platform = null!;

    public async Task InitializeAsync()
    {
        _platform = await Platform.StartAsync(_folder.At("data"), "--device", "cpu:0,cpu:1", "--threads", "1");
        Assert.Equal(0, (await _platform.AddAsync("boxes", Scans.WriteCases(_folder.At("boxes")))).ExitCode);
    }

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_on_two_devices_has_both_and_goes_on_on_one_when_the_other_worker_is_killed()
    {
        Assert.Equal(0, (await _platform.HermesAsync("train", "--name", "wide", "--preset", "tiny", "--steps", "5000", "--devices", "2")).ExitCode);
        await _platform.WaitAsync("wide", r => r is { State: RunState.Running, Step: >= 1 });
        Assert.Equal(["silo/cpu:0", "silo/cpu:1"], await DevicesAsync("wide"));
        await _platform.Client.Runs.StartAsync("narrow", new RunRequest { Preset = "tiny", Steps = 2 });
        Assert.Contains("busy with run wide", (await _platform.Client.Runs.GetAsync("narrow")).Waits, StringComparison.Ordinal);

        using var other = Process.GetProcessById(_platform.Workers().Single(w => File.ReadAllText($"/proc/{w}/cmdline").Contains("tmp/cpu-1", StringComparison.Ordinal)));
        other.Kill();
        // Its device is free, and whoever waits gets it.
        await _platform.WaitAsync("narrow", r => r.State == RunState.Completed);
        var alone = await _platform.WaitAsync("wide", r => r.Step >= 1);
        Assert.Equal(RunState.Running, alone.State);
        await _platform.WaitAsync("wide", r => r.Step > alone.Step);
        Assert.Equal(["silo/cpu:0"], await DevicesAsync("wide"));

        await _platform.Client.Runs.CancelAsync("wide");
        await _platform.WaitAsync("wide", r => r.State == RunState.Cancelled);
        await Platform.UntilAsync(async () => (await DevicesAsync("wide")).Length == 0);
    }

    [Fact]
    public async Task A_run_on_two_devices_says_whether_that_pays_and_gives_all_back_at_its_end()
    {
        await _platform.Client.Runs.StartAsync("wide", new RunRequest { Preset = "tiny", Steps = 60, Devices = 2 });
        var tried = await _platform.WaitAsync("wide", r => r.Note is not null);
        Assert.StartsWith("A step takes ", tried.Note, StringComparison.Ordinal);
        await _platform.WaitAsync("wide", r => r.State == RunState.Completed);
        await Platform.UntilAsync(async () => (await DevicesAsync("wide")).Length == 0);
    }

    [Fact]
    public async Task More_devices_than_a_batch_has_samples_are_refused_and_more_than_a_silo_has_are_waited_for()
    {
        var refused = await _platform.HermesAsync("train", "--name", "wide", "--preset", "tiny", "--devices", "5");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("A batch of 4 can be shared out among 1 to 4 devices; 5 were asked for.", refused.Output, StringComparison.Ordinal);

        await _platform.Client.Runs.StartAsync("wide", new RunRequest { Preset = "tiny", Steps = 2, Devices = 3 });
        Assert.Equal("Waits for 3 devices of one silo and kind: the most that suit are 2, of silo.", (await _platform.Client.Runs.GetAsync("wide")).Waits);
        await _platform.Client.Runs.CancelAsync("wide");
    }

    private async Task<string[]> DevicesAsync(string run) => [.. (await _platform.Client.Queue.GetAsync()).Running.Where(r => r.Run == run).Select(r => r.Device)];
}
