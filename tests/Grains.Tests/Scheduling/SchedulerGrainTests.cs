using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Scheduling;
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
    public async Task A_lease_is_renewed_while_the_database_stands_still()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a");
        var lease = (await scheduler.FindLeaseAsync("a"))!;
        var end = new TaskCompletionSource();
        cluster.Storage.Hold(SchedulerRecord.StateName, scheduler, end.Task);

        var queued = scheduler.EnqueueAsync("b");
        Assert.True(await scheduler.RenewAsync(lease).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.False(queued.IsCompleted);

        end.SetResult();
        await queued;
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

    [Fact]
    public async Task A_run_that_is_held_is_passed_over_and_says_who_holds_it_until_it_is_released()
    {
        var scheduler = NewScheduler();
        await scheduler.EnqueueAsync("a");
        await scheduler.EnqueueAsync("b");
        await scheduler.HoldAsync("a", "anna");
        Assert.StartsWith("Held by anna since ", await scheduler.FindReasonAsync("a"), StringComparison.Ordinal);

        await DeclareAsync(scheduler, "life 1");
        var held = Assert.Single((await scheduler.HoldAsync("a", "bert")).Waiting);
        Assert.True(held is { Run: "a", IsHeld: true } && held.Reason.Contains("anna", StringComparison.Ordinal), held.Reason);
        var running = Assert.Single((await scheduler.GetQueueAsync()).Running);
        Assert.Equal(("b", "nowhere/cpu"), (running.Run, running.Device));

        await scheduler.EndHoldAsync("a");
        Assert.Matches("^Waits for a device: nowhere/cpu is busy with run b since 20", Assert.Single((await scheduler.EndHoldAsync("a")).Waiting).Reason);
        await scheduler.ReleaseAsync((await scheduler.FindLeaseAsync("b"))!);
        Assert.NotNull(await scheduler.FindLeaseAsync("a"));
        await scheduler.EndHoldAsync("a");
    }

    [Fact]
    public async Task A_person_can_let_a_run_go_before_another_and_before_all_and_it_is_shown()
    {
        var scheduler = NewScheduler();
        await scheduler.EnqueueAsync("a", demand: new RunDemand { Priority = RunPriority.High });
        foreach (var run in new[] { "b", "c", "d" })
        {
            await scheduler.EnqueueAsync(run);
        }

        await scheduler.MoveAsync("d", "b", "anna");
        var queue = await scheduler.MoveAsync("d", "b", "anna");
        Assert.Equal("a d b c", string.Join(' ', queue.Waiting.Select(w => w.Run)));
        queue = await scheduler.MoveAsync("c", null, "anna");

        Assert.Equal("c a d b", string.Join(' ', queue.Waiting.Select(w => w.Run)));
        Assert.Equal([true, false, true, false], queue.Waiting.Select(w => w.IsMoved));
        await DeclareAsync(scheduler, "life 1");
        Assert.NotNull(await scheduler.FindLeaseAsync("c"));
        Assert.Equal("a d b", string.Join(' ', (await scheduler.MoveAsync("c", "a", "anna")).Waiting.Select(w => w.Run)));
        Assert.EndsWith("Run d goes first: anna put it there. 1 more go before that.", await scheduler.FindReasonAsync("b"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_is_not_queued_no_order_can_be_given()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("running");
        await scheduler.EnqueueAsync("waiting");

        var running = await Assert.ThrowsAsync<HermesException>(() => scheduler.HoldAsync("running", "anna"));
        Assert.Equal(("Run 'running' is on nowhere/cpu already; only what waits can be held.", Remedy.ShowRun), (running.Message, running.Remedy));
        foreach (var refused in new Func<Task>[]
        {
            () => scheduler.HoldAsync("nobody", "anna"),
            () => scheduler.EndHoldAsync("nobody"),
            () => scheduler.MoveAsync("nobody", null, "anna"),
            () => scheduler.MoveAsync("waiting", "nobody", "anna"),
        })
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(refused);
            Assert.Equal(("Run 'nobody' is not in the queue.", Remedy.ShowQueue), (refusal.Message, refusal.Remedy));
        }

        Assert.Equal("Run 'waiting' cannot go before itself.", (await Assert.ThrowsAsync<HermesException>(() => scheduler.MoveAsync("waiting", "waiting", "anna"))).Message);
    }

    [Fact]
    public async Task The_queue_says_what_each_run_waits_for()
    {
        var scheduler = NewScheduler();
        await scheduler.EnqueueAsync("any");
        await scheduler.EnqueueAsync("card", demand: new RunDemand { DeviceKind = DeviceKinds.Cuda });
        Assert.Equal("Waits for a device: no silo has declared one.", await scheduler.FindReasonAsync("any"));
        Assert.Equal("Waits for a device of kind cuda: no silo has declared one.", await scheduler.FindReasonAsync("card"));

        await DeclareAsync(scheduler, "life 1", 4L << 30);
        await scheduler.EnqueueAsync("large", demand: new RunDemand { Memory = new MemoryNeed(10L << 30, 1L << 30, 4) });
        await scheduler.EnqueueAsync("north", demand: new RunDemand { Site = "north" });
        await scheduler.EnqueueAsync("local");
        await scheduler.EnqueueAsync("urgent", demand: new RunDemand { Priority = RunPriority.High });
        await scheduler.EnqueueAsync("unlucky", atFront: true);

        var reasons = (await scheduler.GetQueueAsync()).Waiting.ToDictionary(w => w.Run, w => w.Reason);
        Assert.Equal("It needs about 12.0 GiB; the largest device, nowhere/cpu, has 4.0 GiB.", reasons["large"]);
        Assert.Matches(@"^Waits for a device: nowhere/cpu is busy with run any since 20\d\d-\d\d-\d\d \d\d:\d\dZ\.$", reasons["urgent"]);
        Assert.EndsWith(" Run urgent goes first: its priority is high.", reasons["unlucky"], StringComparison.Ordinal);
        Assert.EndsWith(" Run unlucky goes first: it had a device and lost it. 1 more go before that.", reasons["north"], StringComparison.Ordinal);
        Assert.EndsWith(" Run north goes first: site north used less of late, 0.00 h against 0.02 h of device time. 2 more go before that.", reasons["local"], StringComparison.Ordinal);
        Assert.Null(await scheduler.FindReasonAsync("any"));
        Assert.Null(await scheduler.FindReasonAsync("nobody"));
    }

    [Fact]
    public async Task What_no_declared_device_can_hold_is_refused_with_both_numbers_and_what_lowers_them()
    {
        var scheduler = NewScheduler();
        var large = new RunDemand { Memory = new MemoryNeed(10L << 30, 1L << 30, 2) };
        await scheduler.RequireRoomAsync(large);

        await DeclareAsync(scheduler, "life 1", 4L << 30);
        await scheduler.RequireRoomAsync(large with { DeviceKind = DeviceKinds.Cuda });
        await scheduler.RequireRoomAsync(large with { Memory = new MemoryNeed(1L << 30, 1L << 30, 2) });
        var refusal = await Assert.ThrowsAsync<HermesException>(() => scheduler.RequireRoomAsync(large));

        Assert.Equal("No device can hold this training. It needs about 12.0 GiB; the largest device, nowhere/cpu, has 4.0 GiB.", refusal.Message);
        Assert.EndsWith("of the configuration's keys training_size, base_chan, micro_batch and recompute lower it, the first most.", refusal.Hint, StringComparison.Ordinal);
        await DeclareAsync(scheduler, "life 1", memory: null);
        await scheduler.RequireRoomAsync(large);
    }

    [Fact]
    public async Task A_silo_that_ends_gets_no_run_while_what_only_it_can_hold_is_not_refused_and_one_that_comes_back_without_devices_has_none()
    {
        var scheduler = NewScheduler();
        var large = new RunDemand { Memory = new MemoryNeed(10L << 30, 1L << 30, 2) };
        await DeclareAsync(scheduler, "life 1", 64L << 30);
        await DeclareAsync(scheduler, "life 1", 4L << 30, silo: "small");
        await scheduler.EnqueueAsync("a", demand: large);
        var lease = (await scheduler.FindLeaseAsync("a"))!;

        await scheduler.DeclareDevicesAsync("nowhere", "life 1", []);
        await scheduler.RequireRoomAsync(large);
        await scheduler.EnqueueAsync("b", demand: large);
        Assert.True(await scheduler.RenewAsync(lease));
        await scheduler.ReleaseAsync(lease);

        Assert.Equal("Waits for nowhere/cpu, of whose silo nothing is heard.", await scheduler.FindReasonAsync("b"));
        await scheduler.DeclareDevicesAsync("nowhere", "life 2", []);
        Assert.Equal("It needs about 12.0 GiB; the largest device, small/cpu, has 4.0 GiB.", await scheduler.FindReasonAsync("b"));
        await DeclareAsync(scheduler, "life 3", 64L << 30);
        Assert.NotNull(await scheduler.FindLeaseAsync("b"));
    }

    [Fact]
    public async Task A_run_that_waits_begins_on_a_device_that_is_added()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a");
        await scheduler.EnqueueAsync("b");
        Assert.Null(await scheduler.FindLeaseAsync("b"));

        await DeclareAsync(scheduler, "life 1", silo: "added");

        Assert.Equal("added/cpu", (await scheduler.FindLeaseAsync("b"))!.Device);
    }

    [Fact]
    public async Task A_silo_of_which_nothing_is_heard_for_long_counts_no_more()
    {
        var own = new HermesCluster { Timings = cluster.Timings with { SiloKept = TimeSpan.FromSeconds(15) } };
        await own.InitializeAsync();
        try
        {
            var scheduler = own.Grains.GetGrain<ISchedulerGrain>("class");
            var large = new RunDemand { Memory = new MemoryNeed(10L << 30, 1L << 30, 2) };
            await DeclareAsync(scheduler, "life 1", 4L << 30);
            await Assert.ThrowsAsync<HermesException>(() => scheduler.RequireRoomAsync(large));

            await Eventually.ReachesAsync(async () => (await scheduler.GetQueueAsync()).Devices.Count, 0);

            await scheduler.RequireRoomAsync(large);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task Places_holds_and_what_sites_used_survive_the_loss_of_the_scheduler()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1");
        await scheduler.EnqueueAsync("a", demand: new RunDemand { Site = "north" });
        await scheduler.ReleaseAsync((await scheduler.FindLeaseAsync("a"))!);
        foreach (var run in new[] { "b", "c", "d" })
        {
            await scheduler.EnqueueAsync(run);
        }

        await scheduler.MoveAsync("d", "c", "anna");
        await scheduler.HoldAsync("c", "anna");
        var before = await scheduler.GetQueueAsync();

        await cluster.LoseAsync(scheduler);

        var after = await scheduler.GetQueueAsync();
        Assert.Equal(before.Waiting.Select(w => w.Run), after.Waiting.Select(w => w.Run));
        Assert.Equal(before.Waiting.Select(w => (w.IsHeld, w.IsMoved, w.Queued)), after.Waiting.Select(w => (w.IsHeld, w.IsMoved, w.Queued)));
        Assert.Equal(["local", "north"], after.Sites.Select(s => s.Site));
        Assert.InRange(after.Sites[1].Seconds, 59, 60.1);
    }

    [Fact]
    public async Task A_run_that_is_queued_already_asks_for_what_it_says_last()
    {
        var scheduler = NewScheduler();
        await scheduler.EnqueueAsync("a");
        await scheduler.EnqueueAsync("b");

        await scheduler.EnqueueAsync("b", demand: new RunDemand { Priority = RunPriority.High });
        await scheduler.EnqueueAsync("b");

        Assert.Equal("1 0", await PositionsAsync(scheduler, "a", "b"));
    }

    [Fact]
    public async Task A_run_that_needs_two_devices_gets_two_of_one_silo_or_none_and_what_is_free_is_kept_for_it()
    {
        var scheduler = NewScheduler();
        await DeclareAsync(scheduler, "life 1", silo: "small");
        await DeclareTwoAsync(scheduler);
        foreach (var run in new[] { "a", "b" })
        {
            await scheduler.EnqueueAsync(run);
        }

        await scheduler.EnqueueAsync("wide", demand: new RunDemand { Devices = 2 });
        await scheduler.EnqueueAsync("wider", demand: new RunDemand { Devices = 3 });
        await scheduler.EnqueueAsync("c");

        Assert.Equal(["b large/cpu:0", "a small/cpu"], await RunningAsync(scheduler));
        Assert.Equal("Waits for 2 devices of one silo and kind: 1 of large is free.", await scheduler.FindReasonAsync("wide"));
        Assert.Equal("Waits for 3 devices of one silo and kind: the most that suit are 2, of large.", await scheduler.FindReasonAsync("wider"));
        Assert.StartsWith("Waits for large/cpu:1, which is free. Run wide goes first: it came earlier.", await scheduler.FindReasonAsync("c"), StringComparison.Ordinal);

        await scheduler.ReleaseAsync((await scheduler.FindLeaseAsync("a"))!);
        Assert.Equal(["b large/cpu:0", "c small/cpu"], await RunningAsync(scheduler));
        await scheduler.ReleaseAsync((await scheduler.FindLeaseAsync("b"))!);
        Assert.Equal(["wide large/cpu:0", "wide large/cpu:1", "c small/cpu"], await RunningAsync(scheduler));
    }

    [Fact]
    public async Task A_device_beside_the_first_can_be_given_back_before_and_goes_with_it_and_counts_for_the_site()
    {
        var scheduler = NewScheduler();
        await DeclareTwoAsync(scheduler);
        await scheduler.EnqueueAsync("wide", demand: new RunDemand { Devices = 2, Site = "north" });
        var first = (await scheduler.FindLeaseAsync("wide"))!;
        var beside = Assert.Single(await scheduler.ListBesideAsync(first));
        Assert.Equal(("large/cpu:0", 0, "large/cpu:1", 1), (first.Device, first.Place, beside.Device, beside.Place));
        Assert.True(await scheduler.RenewAsync(beside));
        Assert.InRange(Assert.Single((await scheduler.GetQueueAsync()).Sites).Seconds, 119, 121);

        await scheduler.ReleaseAsync(beside);
        Assert.Equal(["wide large/cpu:0"], await RunningAsync(scheduler));
        await scheduler.ReleaseAsync(first);

        await scheduler.EnqueueAsync("again", demand: new RunDemand { Devices = 2 });
        first = (await scheduler.FindLeaseAsync("again"))!;
        beside = Assert.Single(await scheduler.ListBesideAsync(first));
        await scheduler.ReleaseAsync(first);
        Assert.Empty(await RunningAsync(scheduler));
        Assert.False(await scheduler.RenewAsync(beside));
    }

    [Fact]
    public async Task A_new_life_of_a_silo_voids_all_devices_of_a_run_which_waits_once()
    {
        var scheduler = NewScheduler();
        await DeclareTwoAsync(scheduler);
        await scheduler.EnqueueAsync("wide", demand: new RunDemand { Devices = 2 });
        var first = (await scheduler.FindLeaseAsync("wide"))!;
        var beside = Assert.Single(await scheduler.ListBesideAsync(first));

        await DeclareAsync(scheduler, "life 2", silo: "large");

        Assert.False(await scheduler.RenewAsync(first) || await scheduler.RenewAsync(beside));
        Assert.Equal("wide", Assert.Single((await scheduler.GetQueueAsync()).Waiting).Run);
        await DeclareTwoAsync(scheduler, "life 3");
        Assert.Equal(["wide large/cpu:0", "wide large/cpu:1"], await RunningAsync(scheduler));
    }

    private static Task DeclareTwoAsync(ISchedulerGrain scheduler, string life = "life 1") => scheduler.DeclareDevicesAsync(
        "large", life, [new DeviceDescription("large/cpu:0", "large", "cpu", 1), new DeviceDescription("large/cpu:1", "large", "cpu", 1)]);

    private static async Task<string[]> RunningAsync(ISchedulerGrain scheduler) => [.. (await scheduler.GetQueueAsync()).Running.Select(r => $"{r.Run} {r.Device}")];

    private ISchedulerGrain NewScheduler() => cluster.Grains.GetGrain<ISchedulerGrain>(cluster.NewName("class"));

    private static Task DeclareAsync(ISchedulerGrain scheduler, string life, long? memory = null, string silo = "nowhere") =>
        scheduler.DeclareDevicesAsync(silo, life, [new DeviceDescription($"{silo}/cpu", silo, "cpu", 1) { Memory = memory }]);

    private static async Task<string> PositionsAsync(ISchedulerGrain scheduler, params string[] runs)
    {
        var line = (await scheduler.GetQueueAsync()).Waiting.Select(w => w.Run).ToList();
        return string.Join(' ', runs.Select(r => line.IndexOf(r)));
    }
}
