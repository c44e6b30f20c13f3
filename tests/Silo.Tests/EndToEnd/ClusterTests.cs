using System.Diagnostics;
using Hermes.Client;
using Hermes.Client.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Several silos on PostgreSQL, RabbitMQ and one folder of blobs: any of them may go, and what was begun is ended by the others.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class ClusterTests(SharedPostgreSql shared, Phantoms phantoms) : IClassFixture<Phantoms>
{
    private static readonly RunRequest Request = new() { Preset = "tiny", Steps = 24, Seed = 5 };

    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moved = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task What_one_silo_was_told_every_other_knows_and_one_that_does_not_see_the_blobs_is_refused()
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "one", "two");
        await using var first = await cluster.ConnectAsync("one");
        await first.Datasets.AddAsync(Source());
        await using var second = await cluster.ConnectAsync("two");

        Assert.Equal(["phantom_ct"], await second.Datasets.ListAsync().Select(d => d.Declaration!.Name).ToListAsync());
        var scheduler = (await cluster["two"].ConnectAsync()).GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);
        Assert.Equal(["one/cpu", "two/cpu"], (await scheduler.ListDevicesAsync()).Select(d => d.Key).Order());
        Assert.Equal(
            new[] { cluster["one"].Address, cluster["two"].Address }.Order(), (await cluster["two"].DescribeAsync())!.Silos!.Order());

        using var another = new TemporaryFolder();
        var (exitCode, output, errors) = await cluster.RunAsync("three", "--blobs-dir", another.Path);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith("This silo, three, does not see the blobs of the cluster: what the silo one stored at", errors, StringComparison.Ordinal);
        await cluster.BeginAsync("three");
    }

    [SkippableFact]
    public async Task A_run_goes_on_elsewhere_to_the_same_bits_when_its_silo_is_killed_and_when_its_silo_stands_still()
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "one", "two", "three");
        await using var client = await cluster.ConnectAsync("three");
        await client.Datasets.AddAsync(Source());
        await client.Runs.StartAsync("undisturbed", Request);
        var expected = await WaitAsync(client, "undisturbed", r => r.State == RunState.Completed, Patience);

        await client.Runs.StartAsync("run", Request);
        var first = await TrainingAsync(client, 4);
        await cluster[first].KillAsync();
        var second = await MovedAsync(client, first);
        await cluster.BeginAsync(first);

        await TrainingAsync(client, 12);
        var frozen = cluster[second];
        using (new HeldProcesses([frozen.Id]))
        {
            await MovedAsync(client, second);
            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        var ended = await WaitAsync(client, "run", r => r.State == RunState.Completed, Patience);
        Assert.Equal(expected.Package, ended.Package);
        Assert.Equal(0, ended.Crashes);
        Assert.NotEqual(0, await frozen.EndAsync());
    }

    private DatasetSource Source() => phantoms.Source("phantom_ct", "ct", training: 4);

    /// <summary>Waits until the run has learned some steps and saved them; the silo that it is at.</summary>
    private static async Task<string> TrainingAsync(HermesClient client, int steps)
    {
        var running = await WaitAsync(client, "run", r => r.State == RunState.Running && r.Step >= steps && r.Checkpoints.Count > 0, Patience);
        return running.Device!.Split('/')[0];
    }

    /// <summary>Waits until the run is shown as interrupted and then runs at another silo, whose name is returned.</summary>
    private static async Task<string> MovedAsync(HermesClient client, string silo)
    {
        var clock = Stopwatch.StartNew();
        await WaitAsync(client, "run", r => r.State == RunState.Interrupted || r.Device?.StartsWith($"{silo}/", StringComparison.Ordinal) == false, Noticed);
        var moved = await WaitAsync(
            client, "run", r => r.State == RunState.Running && !r.Device!.StartsWith($"{silo}/", StringComparison.Ordinal), Moved - clock.Elapsed);
        return moved.Device!.Split('/')[0];
    }

    private static async Task<RunStatus> WaitAsync(HermesClient client, string run, Func<RunStatus, bool> isThere, TimeSpan atMost)
    {
        RunStatus? seen = null;
        var clock = Stopwatch.StartNew();
        do
        {
            Assert.True(clock.Elapsed < atMost, $"{run} is {seen?.State} at step {seen?.Step} on {seen?.Device} after {atMost.TotalSeconds} s: {seen?.Cause?.Message}");
            await Task.Delay(100);
            seen = await client.Runs.GetAsync(run);
            Assert.False(seen.State == RunState.Failed, seen.Cause?.Message);
        }
        while (!isThere(seen));
        return seen;
    }
}
