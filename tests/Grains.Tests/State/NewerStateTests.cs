using System.Text.Json.Nodes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.State;

[Collection(ClusterCollection.Name)]
public sealed class NewerStateTests(HermesCluster cluster)
{
    [Fact]
    public async Task An_actor_whose_state_a_newer_program_stored_refuses_whatever_it_is_asked_and_leaves_the_state_as_it_is()
    {
        var dataset = cluster.Grains.GetGrain<IDatasetGrain>(await cluster.ReadyDatasetAsync());
        var newer = JsonNode.Parse(cluster.Storage.Payload("dataset", dataset)!)!;
        newer["format"] = 99;
        newer["value"] = "in another way";
        var stored = cluster.Storage.Damage("dataset", dataset, newer.ToJsonString());
        await cluster.LoseAsync(dataset);

        await AssertRefusedAsync(() => dataset.GetAsync());
        await AssertRefusedAsync(() => dataset.CancelAddAsync("command"));

        Assert.Equal(newer.ToJsonString(), cluster.Storage.Payload("dataset", dataset));
        cluster.Storage.Damage("dataset", dataset, stored);
    }

    private static async Task AssertRefusedAsync(Func<Task> ask) => Assert.StartsWith(
        "The state was written by a newer version of the platform: it has the form 99",
        Assert.IsType<HermesException>((await Assert.ThrowsAnyAsync<OrleansException>(ask)).InnerException).Message,
        StringComparison.Ordinal);
}
