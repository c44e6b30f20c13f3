using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Scheduling;

/// <summary>Schedulers of their own device classes, whose devices lie on a silo that does not exist: nobody takes the leases away.</summary>
[Collection(ClusterCollection.Name)]
public sealed class SchedulerGrainTests(HermesCluster cluster)
{
    [Fact]
    public async Task Without_a_device_runs_wait_in_the_order_they_came()
    {
        var scheduler = NewScheduler();
        foreach (var run in new[] { "a", "b", "a", "c" })
        {
            await scheduler.EnqueueAsync(run);
        }

        Assert.Equal("0 1 2 -1", await PositionsAsync(scheduler, "a", "b", "c", "d"));
        await scheduler.DequeueAsync("b");
        Assert.Equal("0 -1 1", await PositionsAsync(scheduler, "a", "b", "c"));
        Assert.Null(await scheduler.FindLeaseAsync("a"));
    }

    [Fact]
    public async Task A_device_has_one_lease_at_a_time_and_tokens_grow()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a");
        await scheduler.EnqueueAsync("b");
        var first = (await scheduler.FindLeaseAsync("a"))!;
        Assert.Null(await scheduler.FindLeaseAsync("b"));

        await scheduler.ReleaseAsync(first with { Token = first.Token + 7 });
        Assert.Null(await scheduler.FindLeaseAsync("b"));
        await scheduler.ReleaseAsync(first);
        await scheduler.ReleaseAsync(first);

        var second = (await scheduler.FindLeaseAsync("b"))!;
        Assert.True(second.Token > first.Token);
        Assert.False(await scheduler.RenewAsync(first));
        Assert.True(await scheduler.RenewAsync(second));
    }

    [Fact]
    public async Task A_run_that_holds_a_lease_is_not_queued_again()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a");

        await scheduler.EnqueueAsync("a");

        Assert.Equal("-1", await PositionsAsync(scheduler, "a"));
    }

    [Fact]
    public async Task A_new_life_of_a_silo_voids_its_leases_and_their_runs_come_first()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a");
        await scheduler.EnqueueAsync("b");
        var old = (await scheduler.FindLeaseAsync("a"))!;

        await DeclareAsync(scheduler, "life 1");
        Assert.True(await scheduler.RenewAsync(old));
        await DeclareAsync(scheduler, "life 2");

        Assert.False(await scheduler.RenewAsync(old));
        var renewed = (await scheduler.FindLeaseAsync("a"))!;
        Assert.True(renewed.Token > old.Token);
        Assert.Equal("0", await PositionsAsync(scheduler, "b"));
    }

    [Fact]
    public async Task Queue_leases_and_tokens_survive_the_loss_of_the_scheduler()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a");
        await scheduler.EnqueueAsync("b");
        var lease = (await scheduler.FindLeaseAsync("a"))!;

        await cluster.LoseAsync(scheduler);

        Assert.Equal(lease, await scheduler.FindLeaseAsync("a"));
        Assert.Equal("0", await PositionsAsync(scheduler, "b"));
        await scheduler.ReleaseAsync(lease);
        Assert.True((await scheduler.FindLeaseAsync("b"))!.Token > lease.Token);
    }

    [Fact]
    public async Task An_interrupted_run_goes_before_those_that_wait()
    {
        var scheduler = NewScheduler();
        await scheduler.EnqueueAsync("a");

        await scheduler.EnqueueAsync("b", atFront: true);

        Assert.Equal("1 0", await PositionsAsync(scheduler, "a", "b"));
    }

    private ISchedulerGrain NewScheduler() => cluster.Grains.GetGrain<ISchedulerGrain>(cluster.NewName("class"));

    private static Task DeclareAsync(ISchedulerGrain scheduler, string life) =>
        scheduler.DeclareDevicesAsync("nowhere", life, [new DeviceDescription("nowhere/cpu", "nowhere", "cpu", 1)]);

    private static async Task<string> PositionsAsync(ISchedulerGrain scheduler, params string[] runs) =>
        string.Join(' ', await Task.WhenAll(runs.Select(r => scheduler.PositionAsync(r))));
}
