using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Models;

[Collection(ClusterCollection.Name)]
public sealed class ModelGrainTests(HermesCluster cluster)
{
    [Fact]
    public async Task A_run_becomes_one_version_and_the_live_alias_moves()
    {
        var name = cluster.NewName("model");
        var model = cluster.Grains.GetGrain<IModelGrain>(name);
        var (first, second) = (await CompletedAsync(name), await CompletedAsync(name));

        await PublishAsync(model, first);
        var again = await PublishAsync(model, first);
        await PublishAsync(model, second);
        await cluster.LoseAsync(model);

        Assert.Equal(1, again.Version);
        Assert.Equal(2, (await model.ResolveAsync(null)).Version);
        Assert.Equal(first.Run, (await model.ResolveAsync("1")).Run);
        Assert.Equal(2, (await model.GetAsync()).Aliases[IModelGrain.LiveAlias]);
    }

    [Theory]
    [InlineData("3", "has no version '3'")]
    [InlineData("-1", "has no version '-1'")]
    [InlineData("candidate", "has no version 'candidate'")]
    public async Task An_unknown_version_is_refused_with_those_that_exist(string version, string sentence)
    {
        var name = cluster.NewName("model");
        var model = cluster.Grains.GetGrain<IModelGrain>(name);
        await PublishAsync(model, await CompletedAsync(name));

        var refusal = await Assert.ThrowsAsync<HermesException>(() => model.ResolveAsync(version));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("versions 1 to 1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_refused()
    {
        var name = cluster.NewName("model");

        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Grains.GetGrain<IModelGrain>(name).ResolveAsync("live"));

        Assert.Equal($"There is no model '{name}'.", refusal.Message);
    }

    private static Task<ModelVersion> PublishAsync(IModelGrain model, RunCompleted completed) => model.PublishAsync(completed.Run, completed.Content, completed.Datasets);

    private async Task<RunCompleted> CompletedAsync(string model)
    {
        var script = new TrainingScript(cluster);
        return new RunCompleted
        {
            EventId = script.Run, At = default, Subject = script.Run, Actor = "test", Run = script.Run, Model = model, Content = await script.ContentAsync(), Datasets = [],
        };
    }
}
