using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Blobs;

[Collection(ClusterCollection.Name)]
public sealed class BlobCollectorGrainTests(HermesCluster cluster)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Of_all_that_ask_the_first_has_it_done_and_what_broke_off_is_done_by_whoever_asks_next()
    {
        var collector = cluster.Grains.GetGrain<IBlobCollectorGrain>(cluster.NewName("site"));
        var before = cluster.BlobCare.Collections;
        cluster.BlobCare.Broken = new HermesException("A list cannot be read.");
        await Assert.ThrowsAsync<HermesException>(() => collector.CollectAsync(Now - Day));
        cluster.BlobCare.Broken = null;

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => collector.CollectAsync(Now - Day)));
        await cluster.LoseAsync(collector);
        await collector.CollectAsync(Now - Day);

        Assert.Equal(2, cluster.BlobCare.Collections - before);
    }

    [Fact]
    public async Task What_was_done_before_the_time_that_is_told_is_done_again()
    {
        var collector = cluster.Grains.GetGrain<IBlobCollectorGrain>(cluster.NewName("site"));
        var before = cluster.BlobCare.Collections;

        await collector.CollectAsync(Now - Day);
        await collector.CollectAsync(Now + Day);

        Assert.Equal(2, cluster.BlobCare.Collections - before);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
