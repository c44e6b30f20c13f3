using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Real workers that are stopped as if they hung (SIGSTOP), on a platform whose patience is a tenth: 12 s of silence, 3 s after a cancel.</summary>
public sealed class HungWorkerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Platform _platform = null!;

    public async Task InitializeAsync()
    {
        _platform = await Platform.StartAsync(_folder.At("data"), "--patience", "0.1");
        Assert.Equal(0, (await _platform.AddAsync("boxes", Scans.WriteCases(_folder.At("boxes")))).ExitCode);
    }

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_training_worker_and_an_ingest_worker_that_hang_are_ended_and_their_work_goes_on_and_is_no_trouble_any_more()
    {
        await _platform.Client.Runs.StartAsync("run", new RunRequest { Preset = "tiny", Steps = 12 });
        await _platform.WaitAsync("run", r => r is { State: RunState.Running, Step: >= 2, Checkpoints.Count: > 0 });
        await StopWorkersAsync(2);

        var added = await _platform.AddAsync("others", Scans.WriteCases(_folder.At("others")));
        var ended = await _platform.WaitAsync("run", r => r.State == RunState.Completed);

        Assert.True(added.ExitCode == 0, added.Output + added.Error);
        Assert.Equal(12, ended.Step);
        var log = await File.ReadAllTextAsync(_folder.At("data/logs/silo.log"));
        foreach (var worker in new[] { "silo/cpu", "silo/beside-1" })
        {
            Assert.Matches($@"worker said nothing for \d+ s, as if it had been stopped, and was ended \({worker}\)", log);
        }

        Assert.DoesNotContain((await _platform.Silo.Http.GetFromJsonAsync<PlatformTrouble[]>("platform/troubles"))!, t => t.Subject.StartsWith("worker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_add_whose_worker_hangs_can_be_cancelled_by_its_verb_and_by_Ctrl_C_and_then_repeated()
    {
        var others = Scans.WriteCases(_folder.At("others"));
        await StopWorkersAsync(1);
        using (var interrupted = await AddingAsync(others))
        {
            await SignalAsync("INT", interrupted.Id);
            await AssertEndsAsync(interrupted, 130, "The add of 'others' was cancelled; nothing of it is kept.");
        }

        using (var cancelled = await AddingAsync(others))
        {
            var cancel = await _platform.HermesAsync("dataset", "cancel", "others");
            Assert.True(cancel.ExitCode == 0, cancel.Output + cancel.Error);
            await AssertEndsAsync(cancelled, 1, "The add was cancelled.");
        }

        Assert.Contains("No add of the dataset 'others' is under way.", (await _platform.HermesAsync("dataset", "cancel", "others")).Output, StringComparison.Ordinal);
        Assert.Equal(["boxes Ready 1 3"], await _platform.ListAsync());
        var repeated = await _platform.AddAsync("others", others);
        Assert.True(repeated.ExitCode == 0, repeated.Output + repeated.Error);
    }

    private async Task StopWorkersAsync(int count)
    {
        var workers = _platform.Workers();
        Assert.Equal(count, workers.Count);
        foreach (var worker in workers)
        {
            await SignalAsync("STOP", worker);
        }
    }

    /// <summary>An add that the platform has begun to look into.</summary>
    private async Task<Process> AddingAsync(string folder)
    {
        var command = HermesProcess.Start(new Dictionary<string, string>(), [.. Platform.AddArguments("others", folder), "--address", _platform.Silo.Address]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await _platform.Client.Datasets.GetAsync("local/others", patience.Token)).State != DatasetState.Ingesting)
        {
            await Task.Delay(20, patience.Token);
        }

        return command;
    }

    private static async Task AssertEndsAsync(Process command, int exitCode, string sentence)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var said = await command.StandardError.ReadToEndAsync(patience.Token);
        await command.WaitForExitAsync(patience.Token);
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.Equal(exitCode, command.ExitCode);
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.EndAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
