using System.Diagnostics;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>An add whose command was killed: nothing half-added is shown, and repeating it completes it without doubling a case.</summary>
[Collection(SharedPlatformCollection.Name)]
public sealed class CutOffAddTests(SharedPlatform shared)
{
    private Platform Platform => shared.Platform;

    [Fact]
    public async Task An_add_killed_while_it_sends_is_not_listed_and_completes_when_repeated()
    {
        // Large enough for the kill to come in time.
        var folder = shared.Cases("sending");
        var noise = new byte[2 * 256 * 256 * 256];
        new Random(5).NextBytes(noise);
        Scans.Write(Path.Combine(folder, "images", "c.nii.gz"), Scans.Header(256, 256, 256), noise);
        Scans.Write(Path.Combine(folder, "labels", "c.nii.gz"), Scans.Header(256, 256, 256), new byte[noise.Length]);
        var before = await Platform.ListAsync();

        await KillWhenAsync("sending", folder, DatasetState.Staging);

        Assert.Equal(before, await Platform.ListAsync());
        await AssertCompletesAsync("sending", folder);
    }

    [Fact]
    public async Task An_add_killed_after_it_sent_goes_on_and_repeating_it_only_looks_at_the_end()
    {
        var folder = shared.Cases("looking");

        // However fast the machine, the cases are not through before the kill: the workers stand still until then.
        using (Platform.HoldWorkers())
        {
            await KillWhenAsync("looking", folder, DatasetState.Ingesting);
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while ((await Platform.Client.Datasets.GetAsync("local/looking", patience.Token)).State != DatasetState.Ready)
        {
            await Task.Delay(50, patience.Token);
        }

        await AssertCompletesAsync("looking", folder);
        var again = await Platform.AddAsync("looking", folder);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("exists already", again.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private async Task KillWhenAsync(string name, string folder, DatasetState state)
    {
        using var command = HermesProcess.Start(
            new Dictionary<string, string>(), [.. EndToEnd.Platform.AddArguments(name, folder), "--address", Platform.Silo.Address]);
        var output = Task.WhenAll(command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        var clock = Stopwatch.StartNew();
        try
        {
            while (!await IsSeenAsync())
            {
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60) && !command.HasExited, $"{name} was never {state}.");
                LetItRun();
            }
        }
        finally
        {
            command.Kill();
        }

        await output;

        // On this thread, however late others are: it must not run through what is waited for.
        static void LetItRun() => Thread.Sleep(10);

        // The command stands still while it is looked, so however long an answer takes, what it says is still so.
        async Task<bool> IsSeenAsync()
        {
            using var held = new HeldProcesses([command.Id]);
            if ((await Platform.Client.Datasets.GetAsync($"local/{name}")).State != state)
            {
                return false;
            }

            command.Kill();
            return true;
        }
    }

    private async Task AssertCompletesAsync(string name, string folder)
    {
        var repeated = await Platform.AddAsync(name, folder);

        Assert.True(repeated.ExitCode == 0, repeated.Output + repeated.Error);
        Assert.Equal((1, 3), (repeated.Json.GetProperty("version").GetInt32(), repeated.Json.GetProperty("cases").GetInt32()));
        Assert.Equal(["a", "b", "c"], await Platform.Client.Datasets.GetCasesAsync($"local/{name}").Select(c => c.CaseId).ToListAsync());
    }
}
