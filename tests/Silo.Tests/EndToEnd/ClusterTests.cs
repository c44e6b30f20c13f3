using System.Collections.Concurrent;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Processes;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Several silos on PostgreSQL, RabbitMQ and one folder of blobs; what happens when one of them goes, <see cref="Chaos.ChaosTests"/> shows.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class ClusterTests(SharedPostgreSql shared, Phantoms phantoms) : IClassFixture<Phantoms>
{
    [SkippableFact]
    public async Task What_one_silo_was_told_every_other_knows_and_one_that_does_not_see_the_blobs_is_refused()
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "one", "two");
        await using var first = await cluster.ConnectAsync("one");
        await first.Datasets.AddAsync(phantoms.Source("phantom_ct", "ct", training: 4));
        await using var second = await cluster.ConnectAsync("two");

        Assert.Equal(["phantom_ct"], await second.Datasets.ListAsync().Select(d => d.Declaration!.Name).ToListAsync());
        var scheduler = (await cluster["two"].ConnectAsync()).GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass);
        Assert.Equal(["one/cpu", "two/cpu"], (await scheduler.ListDevicesAsync()).Select(d => d.Key).Order());
        Assert.Equal(
            new[] { cluster["one"].Address, cluster["two"].Address }.Order(), (await cluster["two"].DescribeAsync())!.Silos!.Order());

        using var another = new TemporaryFolder();
        var (exitCode, output, errors) = await cluster.RunAsync("three", "--blobs-dir", another.Path);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"are not in {another.Path}: nothing there says that they are.", errors, StringComparison.Ordinal);
        await cluster.BeginAsync("three");
    }

    [SkippableFact]
    public async Task Whoever_watches_changes_hears_of_those_at_any_silo_and_goes_on_when_theirs_is_lost()
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "one", "two");
        await using var watcher = await cluster.ConnectAsync("one");
        await using var other = await cluster.ConnectAsync("two");
        using var end = new CancellationTokenSource();
        var told = new ConcurrentQueue<PlatformChanges>();
        var listening = Task.Run(async () =>
        {
            await foreach (var changes in watcher.WatchAsync(end.Token))
            {
                told.Enqueue(changes);
            }
        });

        await other.Datasets.AddAsync(phantoms.Source("phantom_ct", "ct", training: 2));
        await HearsAsync(changes => changes.Changes.Contains(new PlatformChange(CatalogKinds.Dataset, "local/phantom_ct")));
        told.Clear();
        await cluster["one"].KillAsync();
        await HearsAsync(changes => changes.IsEverything);
        await other.Datasets.AddAsync(phantoms.Source("phantom_t1", "t1", training: 2));
        await HearsAsync(changes => changes.Changes.Contains(new PlatformChange(CatalogKinds.Dataset, "local/phantom_t1")));

        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);

        Task HearsAsync(Func<PlatformChanges, bool> isIt) => Platform.UntilAsync(() => Task.FromResult(told.Any(isIt)));
    }

    [SkippableFact]
    public async Task A_silo_of_a_name_that_answers_is_refused_and_one_that_died_is_followed_at_once()
    {
        var (owner, role, address) = await shared.WithRoleAsync();
        await PostgresSchema.InstallAsync(owner, role, default);
        await PostgresDatabaseTests.RunAsync(owner, "UPDATE platform SET cluster = 'west'");
        await using var cluster = SiloCluster.Of(await RabbitMqServer.StartAsync(), address);
        await cluster.BeginAsync("one");
        Assert.Equal("west", (await cluster["one"].DescribeAsync())!.ClusterId);

        var (exitCode, output, errors) = await cluster.RunAsync("other", "--name", "one");
        await cluster["one"].KillAsync();
        var from = TimeProvider.System.GetTimestamp();
        await cluster.BeginAsync("other", "--name", "one");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"The cluster has a silo one already, at 127.0.0.1:{cluster.PortsOf("one")[0]}, where something answers. Silos of a cluster differ in name", errors, StringComparison.Ordinal);
        Assert.InRange(TimeProvider.System.GetElapsedTime(from), TimeSpan.Zero, TimeSpan.FromSeconds(60));

        // In its old place again.
        await cluster["other"].KillAsync();
        await cluster.BeginAsync("one");
    }

    [SkippableFact]
    public async Task Of_two_silos_of_one_name_that_begin_together_one_stays()
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "storage");

        var begun = await Task.WhenAll(BeginAsync("left"), BeginAsync("right"));
        var silos = begun.Select(b => b.Silo).OfType<SiloProcess>().ToList();
        var refusals = begun.Select(b => b.Refusal).OfType<string>().ToList();
        if (refusals.Count == 0)
        {
            await Platform.UntilAsync(() => Task.FromResult(silos.Exists(s => s.HasExited)));
            var later = silos.First(s => s.HasExited);
            Assert.Equal(1, await later.EndAsync());
            refusals.Add(await later.Errors);
        }

        Assert.Contains("The cluster has a silo one already", Assert.Single(refusals), StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Single(silos, s => !s.HasExited);

        async Task<(SiloProcess? Silo, string? Refusal)> BeginAsync(string place)
        {
            SiloProcess? silo = null;
            var refused = await Record.ExceptionAsync(async () => silo = await cluster.BeginAsync(place, "--name", "one"));
            return (silo, refused?.Message);
        }
    }
}
