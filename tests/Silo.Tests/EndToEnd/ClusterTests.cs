using Hermes.Grains.Interfaces.Scheduling;
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
        Assert.StartsWith("This silo, three, does not see the blobs of the cluster: what the silo one stored at", errors, StringComparison.Ordinal);
        await cluster.BeginAsync("three");
    }
}
