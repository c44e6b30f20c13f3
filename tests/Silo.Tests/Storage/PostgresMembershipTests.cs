using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Hermes.Silo.Tests.Storage;

/// <summary>Orleans' own providers for the members of a cluster and for reminders, on our tables and statements.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class PostgresMembershipTests(SharedPostgreSql shared)
{
    private static readonly DateTime Noon = new(2026, 11, 25, 12, 0, 0, DateTimeKind.Utc);

    [SkippableFact]
    public async Task A_silo_joins_by_the_version_of_the_table_that_it_has_seen_and_one_that_saw_an_older_one_does_not()
    {
        await using var services = await ProvidersAsync();
        var table = services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        await table.InitializeMembershipTableAsync(true);
        var empty = await table.ReadAllAsync();
        Assert.Empty(empty.Members);

        var (first, second) = (Member(1), Member(2));
        Assert.True(await table.InsertRowAsync(first, empty.Version.Next()));
        Assert.False(await table.InsertRowAsync(second, empty.Version.Next()));
        Assert.False(await table.InsertRowAsync(first, (await table.ReadAllAsync()).Version.Next()));
        Assert.True(await table.InsertRowAsync(second, (await table.ReadAllAsync()).Version.Next()));

        var all = await table.ReadAllAsync();
        Assert.Equal(2, all.Version.Version);
        Assert.Equal([1, 2], all.Members.Select(m => m.Item1.SiloAddress.Generation).Order());
        var read = Assert.Single((await table.ReadRowAsync(first.SiloAddress)).Members).Item1;
        Assert.Equal(
            (first.SiloName, first.HostName, first.Status, first.ProxyPort, Noon, Noon),
            (read.SiloName, read.HostName, read.Status, read.ProxyPort, read.StartTime, read.IAmAliveTime));
    }

    [SkippableFact]
    public async Task Suspicions_and_death_are_written_by_who_saw_the_newest_table_and_the_dead_are_cleaned_away()
    {
        await using var services = await ProvidersAsync();
        var table = services.GetRequiredService<IMembershipTable>();
        await table.InitializeMembershipTableAsync(true);
        var (first, second) = (Member(1), Member(2));
        await table.InsertRowAsync(first, (await table.ReadAllAsync()).Version.Next());
        await table.InsertRowAsync(second, (await table.ReadAllAsync()).Version.Next());
        var seen = await table.ReadAllAsync();

        first.AddSuspector(second.SiloAddress, Noon);
        first.Status = SiloStatus.Dead;
        Assert.True(await table.UpdateRowAsync(first, seen.Version.VersionEtag, seen.Version.Next()));
        second.Status = SiloStatus.Dead;
        Assert.False(await table.UpdateRowAsync(second, seen.Version.VersionEtag, seen.Version.Next()));
        second.IAmAliveTime = Noon.AddHours(1);
        await table.UpdateIAmAliveAsync(second);

        var read = (await table.ReadAllAsync()).Members.ToDictionary(m => m.Item1.SiloAddress, m => m.Item1);
        Assert.Equal((SiloStatus.Dead, SiloStatus.Active), (read[first.SiloAddress].Status, read[second.SiloAddress].Status));
        Assert.Equal((second.SiloAddress, Noon), (Assert.Single(read[first.SiloAddress].SuspectTimes!).Item1, read[first.SiloAddress].SuspectTimes![0].Item2));
        Assert.Equal(Noon.AddHours(1), read[second.SiloAddress].IAmAliveTime);

        await table.CleanupDefunctSiloEntriesAsync(Noon.AddMinutes(1));
        Assert.Equal([second.SiloAddress], (await table.ReadAllAsync()).Members.Select(m => m.Item1.SiloAddress));
        await table.DeleteMembershipTableEntriesAsync("cluster");
        await table.InitializeMembershipTableAsync(true);
        Assert.Empty((await table.ReadAllAsync()).Members);
    }

    [SkippableFact]
    public async Task Reminders_are_found_by_grain_and_by_the_range_of_the_ring_and_an_older_version_removes_nothing()
    {
        await using var services = await ProvidersAsync();
        var table = services.GetRequiredService<IReminderTable>();
        await table.StartAsync();
        var grains = Enumerable.Range(0, 8).Select(i => GrainId.Create("run", $"r{i}")).ToList();
        foreach (var grain in grains)
        {
            Assert.NotNull(await table.UpsertRow(new ReminderEntry { GrainId = grain, ReminderName = "wake", StartAt = Noon, Period = TimeSpan.FromDays(40) }));
        }

        var before = await table.ReadRow(grains[0], "wake");
        var etag = await table.UpsertRow(new ReminderEntry { GrainId = grains[0], ReminderName = "wake", StartAt = Noon.AddHours(1), Period = TimeSpan.FromMinutes(1) });

        var after = Assert.Single((await table.ReadRows(grains[0])).Reminders);
        Assert.Equal((Noon.AddHours(1), TimeSpan.FromMinutes(1), etag), (after.StartAt, after.Period, after.ETag));
        Assert.Equal((Noon, TimeSpan.FromDays(40)), (before!.StartAt, before.Period));
        Assert.Equal(8, (await table.ReadRows(0, 0)).Reminders.Count);
        foreach (var middle in new[] { 0x40000000u, 0x80000000u, 0xC0000000u })
        {
            var (inside, outside) = (await table.ReadRows(0, middle), await table.ReadRows(middle, 0));
            Assert.All(inside.Reminders, r => Assert.InRange(r.GrainId.GetUniformHashCode(), 1u, middle));
            Assert.Equal(grains.Order(), inside.Reminders.Concat(outside.Reminders).Select(r => r.GrainId).Order());
        }

        Assert.False(await table.RemoveRow(grains[0], "wake", before.ETag!));
        Assert.True(await table.RemoveRow(grains[0], "wake", etag!));
        Assert.Null(await table.ReadRow(grains[0], "wake"));
        await table.TestOnlyClearTable();
        Assert.Empty((await table.ReadRows(0, 0)).Reminders);
    }

    private static MembershipEntry Member(int generation) => new()
    {
        SiloAddress = SiloAddress.New(IPAddress.Loopback, 11111, generation),
        SiloName = $"silo{generation}",
        HostName = "here",
        Status = SiloStatus.Active,
        ProxyPort = 30000,
        StartTime = Noon,
        IAmAliveTime = Noon,
    };

    /// <summary>The services of a silo that was not started.</summary>
    private async Task<ServiceProvider> ProvidersAsync()
    {
        var database = await shared.PreparedAsync();
        var host = Host.CreateApplicationBuilder();
        host.UseOrleans(silo => silo
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("cluster", "hermes"))
            .UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) = (database.Invariant, database.ConnectionString))
            .UseAdoNetReminderService(o => (o.Invariant, o.ConnectionString) = (database.Invariant, database.ConnectionString)));
        return host.Services.BuildServiceProvider();
    }
}
