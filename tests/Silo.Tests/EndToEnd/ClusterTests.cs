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
    private static readonly RunRequest Request = new() { Preset = "tiny", Steps = 40, Seed = 5 };

    [SkippableFact]
    public async Task What_one_silo_was_told_every_other_knows_and_a_client_is_told_where_all_are()
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
    }

    [SkippableFact]
    public async Task A_run_whose_silo_is_killed_goes_on_at_another_to_the_same_bits()
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "one", "two", "three");
        await using var client = await cluster.ConnectAsync("three");
        await client.Datasets.AddAsync(Source());
        await client.Runs.StartAsync("undisturbed", Request);
        var expected = await WaitAsync(client, "undisturbed", r => r.State == RunState.Completed, TimeSpan.FromMinutes(2));

        await client.Runs.StartAsync("run", Request);
        var running = await WaitAsync(client, "run", r => r is { State: RunState.Running, Step: >= 6, Checkpoints.Count: > 0 }, TimeSpan.FromMinutes(2));
        var clock = Stopwatch.StartNew();
        await cluster[running.Device!.Split('/')[0]].KillAsync();

        await WaitAsync(client, "run", r => r.State == RunState.Interrupted || r.Device != running.Device, TimeSpan.FromSeconds(30));
        await WaitAsync(client, "run", r => r.State == RunState.Running && r.Device != running.Device, TimeSpan.FromSeconds(90) - clock.Elapsed);
        var ended = await WaitAsync(client, "run", r => r.State == RunState.Completed, TimeSpan.FromMinutes(2));
        Assert.Equal(expected.Package, ended.Package);
    }

    private DatasetSource Source() => phantoms.Source("phantom_ct", "ct", training: 4);

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
