using System.Diagnostics;
using System.Globalization;
using Hermes.Client;
using Hermes.Grains.Interfaces.Runs;
using Xunit.Abstractions;

namespace Hermes.Silo.Tests.EndToEnd.Chaos;

/// <summary>
/// Everything that can go away goes away while datasets are added, networks are trained and volumes are segmented: nothing that was acknowledged is lost or
/// doubled, every run ends with the bits of one that nothing disturbed, and who asks again is answered. Where a silo ends in order, nobody has to.
/// </summary>
public sealed class ChaosTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan GoesOn = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public Task Every_fault_once_loses_nothing_and_changes_no_bit() => ShakeAsync(faults => faults.All, steps: 24);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task Faults_at_random_for_fifteen_minutes_lose_nothing_and_change_no_bit() =>
        ShakeAsync(faults => AtRandom(faults, new Random(18), TimeSpan.FromMinutes(15)), steps: 60);

    // Rounds of all, each in an order of its own.
    private static IEnumerable<Fault> AtRandom(Faults faults, Random random, TimeSpan duration)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration;)
        {
            var round = faults.All.ToArray();
            random.Shuffle(round);
            foreach (var fault in round.TakeWhile(_ => clock.Elapsed < duration))
            {
                yield return fault;
            }
        }
    }

    private async Task ShakeAsync(Func<Faults, IEnumerable<Fault>> chosen, int steps)
    {
        IReadOnlyList<int> living;
        await using (var cluster = await DemoCluster.StartAsync())
        {
            Say("The cluster is up.");
            var faults = new Faults(cluster);
            await using var client = await cluster.ConnectAsync();
            var recipe = new RunRequest { Preset = "tiny", Steps = steps, Seed = 5, Datasets = ["local/base"], Model = "chaos" };
            await client.Datasets.AddAsync(Platform.Source("base", Scans.WriteCases(_folder.At("base")), "names.json", "ct", training: 3));
            await client.Runs.StartAsync("undisturbed", recipe);
            var expected = await client.Runs.FollowAsync("undisturbed");
            Assert.Equal(RunState.Completed, expected.State);
            Say("The undisturbed run has ended.");

            using var stop = new CancellationTokenSource();
            var load = new Load(client, _folder.At("load"), recipe);
            var working = load.RunAsync(stop.Token);
            try
            {
                await HarmAsync(cluster, client, load, working, chosen(faults));
                await stop.CancelAsync();
                await working;
            }
            finally
            {
                Say(string.Create(CultureInfo.InvariantCulture, $"{load.Added.Count} datasets, {load.Started.Count} runs, {load.Asked.Count} questions; refused and asked again:"));
                foreach (var refusal in load.Refusals.GroupBy(r => r))
                {
                    Say($"{refusal.Count()} x {refusal.Key}");
                }
            }

            await load.AssertWholeAsync(expected);
            Assert.Equal(0, (await cluster.HermesAsync("down")).ExitCode);
            living = cluster.Living();
        }

        Assert.Empty(living);
    }

    private async Task HarmAsync(DemoCluster cluster, HermesClient client, Load load, Task working, IEnumerable<Fault> faults)
    {
        var at = await load.TrainingAsync(working, null);
        Say($"A silo ends in order, while {at.Run} is at step {at.Step} at the silo {at.Silo}");
        await cluster.EndAsync(at.Silo);
        at = await load.TrainingAsync(working, at);
        Assert.Empty(load.Refusals);
        foreach (var fault in faults)
        {
            Say($"{fault.Name}, while {at.Run} is at step {at.Step} at the silo {at.Silo}; {cluster.FreeMebibytesOfSmall} MiB are free at the silo {DemoCluster.Small}");
            var struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var noticed = fault.TakesSilo ? NoticedAsync(client, at, struck.Task) : Task.CompletedTask;
            await fault.StrikeAsync(at.Silo, struck.SetResult);
            await noticed;
            at = await load.TrainingAsync(working, at);
        }

        Say($"{at.Run} is at step {at.Step} at the silo {at.Silo}");
    }

    /// <summary>
    /// From the strike on, waits until the run is no longer shown as running at the silo, or was lent a device anew, which may be the same once the silo is back, and then
    /// until it is at work: each must be so in time.
    /// </summary>
    private async Task NoticedAsync(HermesClient client, Training at, Task struck)
    {
        await struck;
        var strike = TimeProvider.System.GetUtcNow();
        var clock = Stopwatch.StartNew();
        await UntilAsync(
            async seen => seen.State != RunState.Running || !seen.Device!.StartsWith($"{at.Silo}/", StringComparison.Ordinal)
                || (await client.Queue.GetAsync()).Running.Any(r => r.Run == at.Run && r.Since > strike),
            Noticed,
            $"noticed that {at.Silo} is gone");
        await UntilAsync(seen => Task.FromResult(seen.State is RunState.Running or RunState.Completed), GoesOn, "at work again");

        async Task UntilAsync(Func<RunStatus, Task<bool>> isSo, TimeSpan limit, string what)
        {
            while (true)
            {
                var seen = await client.Runs.GetAsync(at.Run);
                var isThere = await isSo(seen);
                var after = string.Create(CultureInfo.InvariantCulture, $"{what} after {clock.Elapsed.TotalSeconds:0.0} s");
                Assert.True(clock.Elapsed < limit, isThere ? $"{at.Run}: {after}." : $"{at.Run} is {seen.State} at step {seen.Step} at {seen.Device}: not {after}.");
                if (isThere)
                {
                    Say($"  {after}");
                    return;
                }

                await Task.Delay(50);
            }
        }
    }

    private void Say(string sentence) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {sentence}"));
}
