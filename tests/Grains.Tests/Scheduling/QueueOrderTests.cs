using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Grains.Scheduling;

namespace Hermes.Grains.Tests.Scheduling;

/// <summary>Who goes first, without an actor or a clock: many queues drawn at random, and weeks that pass in milliseconds.</summary>
public sealed class QueueOrderTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DeclaredSilo Silo = new("s", "life", [new("s/a", "s", DeviceKinds.Cpu, 2), new("s/b", "s", DeviceKinds.Cpu, 2)]);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 50)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_order_is_total_and_the_same_however_the_queue_is_stored(int seed)
    {
        var random = new Random(seed);
        var record = Drawn(random, 30);
        var order = new QueueOrder(record, Start);

        var first = order.Of(record.Waiting);

        Assert.Equal(first, order.Of(record.Waiting.OrderBy(_ => random.Next())));
        Assert.All(first.SelectMany((one, i) => first.Skip(i + 1).Select(other => order.Compare(one.Place, other.Place).Sign)), sign => Assert.True(sign < 0));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Priority_goes_before_a_lost_device_that_before_shares_and_those_before_arrival(int seed)
    {
        var record = Drawn(new Random(seed), 30);
        var shares = record.Shares(Start);

        var order = new QueueOrder(record, Start).Of(record.Waiting).Select(e => e.Place).ToList();

        Assert.Equal(
            order.OrderByDescending(p => p.Priority).ThenByDescending(p => p.LostDevice).ThenBy(p => shares.GetValueOrDefault(p.Site)).ThenBy(p => p.Arrival),
            order);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_run_that_was_moved_before_another_stays_just_before_it_whatever_else_comes_and_goes(int seed)
    {
        var random = new Random(seed);
        var record = Drawn(random, 12);
        var (run, other) = (record.Waiting[random.Next(6)].Run, record.Waiting[6 + random.Next(6)].Run);

        record = record.Moved(run, other, new PersonsWord("anna", Start));
        record = record.Moved(run, other, new PersonsWord("anna", Start));
        record = Drawn(random, 12, record);

        foreach (var hours in new[] { 0, 10, 30, 100 })
        {
            var order = Names(record, Start.AddHours(hours));
            Assert.Equal(order.IndexOf(other) - 1, order.IndexOf(run));
        }
    }

    [Fact]
    public void What_is_moved_first_goes_before_all_and_the_last_word_counts()
    {
        var record = new[] { "a", "b", "c", "d" }.Aggregate(new SchedulerRecord(), (r, run) => Came(r, run, priority: run == "a" ? RunPriority.High : RunPriority.Low));
        var word = new PersonsWord("anna", Start);

        record = record.Moved("c", null, word);
        Assert.Equal("c a b d", string.Join(' ', Names(record, Start)));
        record = record.Moved("d", null, word);
        Assert.Equal("d c a b", string.Join(' ', Names(record, Start)));
        record = record.Moved("b", "c", word);
        Assert.Equal("d b c a", string.Join(' ', Names(record, Start)));
        record = record.Moved("a", "b", word);
        Assert.Equal("d a b c", string.Join(' ', Names(record, Start)));
    }

    [Fact]
    public void A_day_without_a_device_for_runs_of_its_site_and_priority_lifts_a_run_by_one_and_never_above_high()
    {
        var record = Came(new SchedulerRecord(), "low", priority: RunPriority.Low);
        record = Came(record, "normal", at: Start.AddHours(23));
        record = Came(record, "high", RunPriority.High, at: Start.AddHours(23));

        Assert.Equal("high normal low", string.Join(' ', Names(record, Start.AddHours(23))));
        Assert.Equal("high low normal", string.Join(' ', Names(record, Start.AddHours(25))));
        Assert.Equal("low normal high", string.Join(' ', Names(record, Start.AddHours(48.5))));
        Assert.Equal("low normal high", string.Join(' ', Names(record, Start.AddDays(400))));
        var served = record with { Used = [new SiteUse("a", RunPriority.Low, 0, Start.AddHours(40))] };
        Assert.Equal("normal high low", string.Join(' ', Names(served, Start.AddHours(48.5))));
        served = record with { Leases = [Lease("other", "a", Start) with { Demand = new RunDemand { Site = "a", Priority = RunPriority.Low } }] };
        Assert.Equal("normal high low", string.Join(' ', Names(served, Start.AddDays(400))));
    }

    [Fact]
    public void Time_that_a_run_was_held_does_not_count_as_waited()
    {
        var record = Came(new SchedulerRecord(), "held", priority: RunPriority.Low).Held("held", new PersonsWord("anna", Start));
        record = Came(record, "normal", at: Start.AddDays(4));

        record = record.HoldEnded("held", Start.AddDays(4));

        Assert.Equal("normal held", string.Join(' ', Names(record, Start.AddDays(4))));
    }

    [Fact]
    public void What_a_site_used_counts_half_after_a_day_and_a_long_lease_no_more_than_it_would_second_by_second()
    {
        var record = new SchedulerRecord { Used = [new SiteUse("a", RunPriority.Low, 3600, Start)] };
        Assert.Equal(1800, record.Shares(Start.AddDays(1))["a"], 6);
        Assert.Equal(900, record.Shares(Start.AddDays(2))["a"], 6);

        var lease = Lease("run", "b", Start);
        var running = new SchedulerRecord { Leases = [lease] };
        Assert.Equal(60, running.Shares(Start)["b"], 6);
        Assert.InRange(running.Shares(Start.AddHours(1))["b"], 3540, 3600);
        Assert.InRange(running.Shares(Start.AddDays(300))["b"], 100_000, 86_400 / Math.Log(2) + 1);
        Assert.Equal(running.Shares(Start.AddHours(5))["b"], running.Released([lease], Start.AddHours(5)).Shares(Start.AddHours(5))["b"], 6);
    }

    [Fact]
    public void What_a_site_used_a_month_ago_is_forgotten_when_another_gives_a_device_back()
    {
        var lease = Lease("run", "b", Start);
        var record = new SchedulerRecord { Used = [new SiteUse("a", RunPriority.Low, 3600, Start)], Leases = [lease] };

        Assert.Equal(["a", "b"], record.Released([lease], Start.AddDays(29)).Used.Select(u => u.Site));
        Assert.Equal(["b"], record.Released([lease], Start.AddDays(30)).Used.Select(u => u.Site));
    }

    [Fact]
    public void Two_devices_that_are_free_together_go_to_two_sites()
    {
        var record = Came(Came(Came(new SchedulerRecord(), "a1", site: "a"), "a2", site: "a"), "b1", site: "b");

        Assert.Equal(["a1", "b1"], Assigned(record, Start).Leases.Select(l => l.Lease.Run));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_sites_that_always_have_work_get_the_same_device_time_however_much_the_one_asks_for(int seed)
    {
        var time = Simulate(seed, days: 14, (record, now, n) =>
        {
            while (record.Waiting.Count(e => e.Demand.Site == "greedy") < 40)
            {
                record = Came(record, $"g{n++}", site: "greedy", at: now);
            }

            return (record.Waiting.Any(e => e.Demand.Site == "modest") ? record : Came(record, $"m{n++}", site: "modest", at: now), n);
        });

        Assert.InRange(time["modest"] / time["greedy"], 0.9, 1.1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_run_waits_for_ever(int seed)
    {
        // Others always want more than there is, at a higher priority, and the run's site used much.
        var record = Came(new SchedulerRecord { Used = [new SiteUse("poor", RunPriority.Low, 400_000, Start)] }, "victim", RunPriority.Low, "poor");
        DateTimeOffset? began = null;
        Simulate(seed, days: 12, (now, at, n) =>
        {
            began ??= now.Leases.Any(l => l.Lease.Run == "victim") ? at : null;
            while (now.Waiting.Count < 20)
            {
                now = Came(now, $"r{n}", RunPriority.High, $"site{n++ % 4}", at);
            }

            return (now, n);
        }, record);

        Assert.InRange(began!.Value - Start, TimeSpan.FromDays(1), TimeSpan.FromDays(8));
    }

    [Fact]
    public void A_device_goes_to_the_first_that_it_suits()
    {
        var record = Came(new SchedulerRecord(), "card", kind: DeviceKinds.Cuda);
        record = Came(record, "large", memory: new MemoryNeed(5L << 30, 1, 4));
        record = Came(record, "held").Held("held", new PersonsWord("anna", Start));
        record = Came(record, "small", memory: new MemoryNeed(1L << 30, 1, 4));
        var silo = Silo with { Devices = [Silo.Devices[0] with { Memory = 2L << 30 }] };

        Assert.Equal("small", Assignment.Next(record, [silo], Start)!.Entry.Run);
        Assert.Equal("large", Assignment.Next(record, [Silo], Start)!.Entry.Run);
        Assert.Equal("card", Assignment.Next(record, [silo with { Devices = [new("s/g", "s", DeviceKinds.Cuda, 2)] }], Start)!.Entry.Run);
    }

    [Fact]
    public void A_processor_needs_memory_for_the_samples_it_learns_at_once_and_a_card_for_the_batch()
    {
        var demand = new RunDemand { Memory = new MemoryNeed(1000, 10, 16) };

        Assert.Equal(1040, new DeviceDescription("s/a", "s", DeviceKinds.Cpu, 2).Needs(demand));
        Assert.Equal(1080, new DeviceDescription("s/a", "s", DeviceKinds.Cpu, 32).Needs(demand));
        Assert.Equal(1160, new DeviceDescription("s/a", "s", DeviceKinds.Cuda, 2).Needs(demand));
        Assert.Null(new DeviceDescription("s/a", "s", DeviceKinds.Cpu, 2).Needs(new RunDemand()));
    }

    private static Dictionary<string, double> Simulate(
        int seed, int days, Func<SchedulerRecord, DateTimeOffset, int, (SchedulerRecord Record, int Next)> come, SchedulerRecord? from = null)
    {
        var random = new Random(seed);
        var (record, next) = (from ?? new SchedulerRecord(), 0);
        var ends = new Dictionary<long, DateTimeOffset>();
        var time = new Dictionary<string, double>(StringComparer.Ordinal);
        for (var now = Start; now < Start.AddDays(days); now = now.AddMinutes(10))
        {
            var ended = record.Leases.Where(l => ends[l.Lease.Token] <= now).ToList();
            foreach (var lease in ended)
            {
                time[lease.Demand.Site] = time.GetValueOrDefault(lease.Demand.Site) + (now - lease.Since!.Value).TotalSeconds;
            }

            record = ended.Count > 0 ? record.Released(ended, now) : record;
            (record, next) = come(record, now, next);
            record = Assigned(record, now);
            record.Leases.ToList().ForEach(l => ends.TryAdd(l.Lease.Token, now.AddMinutes(random.Next(10, 300))));
        }

        return time;
    }

    private static SchedulerRecord Assigned(SchedulerRecord record, DateTimeOffset now)
    {
        while (Assignment.Next(record, [Silo], now) is { } next)
        {
            record = record.Granted(next, now);
        }

        return record;
    }

    private static SchedulerRecord Drawn(Random random, int runs, SchedulerRecord? from = null)
    {
        var record = from ?? new SchedulerRecord
        {
            Used = [.. "abc".Select(site => new SiteUse($"{site}", RunPriority.Normal, random.Next(3) * 1000, Start))],
            Leases = [Lease("running", "a", Start.AddHours(-random.Next(5)))],
        };
        for (var i = 0; i < runs; i++)
        {
            record = Came(record, $"run{record.Arrivals}", (RunPriority)random.Next(-1, 2), $"{"abcd"[random.Next(4)]}", Start.AddMinutes(i), lostDevice: random.Next(6) == 0);
        }

        return record;
    }

    private static GrantedLease Lease(string run, string site, DateTimeOffset since) =>
        new(new Lease("s/a", run, 1), "s", "life") { Demand = new RunDemand { Site = site }, Since = since };

    private static SchedulerRecord Came(
        SchedulerRecord record, string run, RunPriority priority = RunPriority.Normal, string site = "a", DateTimeOffset? at = null, string? kind = null,
        MemoryNeed? memory = null, bool lostDevice = false) =>
        record.Enqueued(run, lostDevice, new RunDemand { Site = site, Priority = priority, DeviceKind = kind, Memory = memory }, at ?? Start);

    private static List<string> Names(SchedulerRecord record, DateTimeOffset now) => [.. new QueueOrder(record, now).Of(record.Waiting).Select(e => e.Run)];
}
