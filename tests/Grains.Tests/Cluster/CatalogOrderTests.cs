namespace Hermes.Grains.Tests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class CatalogOrderTests(HermesCluster cluster)
{
    [Fact]
    public async Task Owners_register_before_their_first_state_and_write_rows_in_the_order_of_their_versions()
    {
        var key = await cluster.ReadyDatasetAsync();

        var rows = cluster.Catalog.Writes.Where(w => w.Key == key).ToList();
        Assert.Equal(0, rows[0].Version);
        Assert.Equal(rows.Select(r => r.Version).Order(), rows.Select(r => r.Version));
        Assert.Equal("READY", rows[^1].State);
        Assert.All(rows.Where(r => r.State == "INGESTING"), r => Assert.True(r.IsUnfinished));
    }
}
