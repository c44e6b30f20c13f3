using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Updates;

namespace Hermes.Grains.Tests.Events;

/// <summary>A dataset that becomes ready is learned, proven and served without a person, where somebody said so before.</summary>
[Collection(ClusterCollection.Name)]
public sealed class GrowthByEventTests(HermesCluster cluster)
{
    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task A_dataset_that_a_rule_covers_is_learned_and_served_without_a_person()
    {
        var (model, _) = await _script.ModelAsync();
        var name = cluster.NewName("covered");
        _script.Teach($"local/{name}");
        await Model(model).SetRuleAsync(new GrowRule { Datasets = $"local/{name}*", AutoPromote = true, Steps = 7 });

        var dataset = await AddAsync(name);

        var status = await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Updates is [{ State: "PROMOTED" }] && s.Uses.Count == 1);
        Assert.Equal((model, 2, 1, false), (status.Uses[0].Model, status.Uses[0].ModelVersion, status.Uses[0].Version, status.Uses[0].IsTrunk));
        var update = await cluster.Grains.GetGrain<IUpdateGrain>(status.Updates[0].Update).GetAsync();
        Assert.Equal((UpdateState.Promoted, 7), (update.State, update.Branches[0].Steps));
        Assert.Equal(name, Assert.Single((await Model(model).ResolveAsync(null)).Content.Branches).Group.Name);
        var states = FaultyBus.Published.OfType<UpdateProgressed>().Where(e => e.Update == update.Name).DistinctBy(e => e.EventId).Select(e => e.State);
        Assert.Equal(["REGISTERED", "GROWING", "TRAINING", "EVALUATING", "PROMOTED"], states);

        await cluster.AppendAsync(name, "more", [await cluster.CaseAsync($"{name}-new", split: Split.Train)]);
        status = await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Updates is [_, { State: "PROMOTED", Version: 2 }] && s.Uses[0].ModelVersion == 3);
        Assert.Equal(2, status.Uses[0].Version);
        Assert.Equal(2, Assert.Single((await Model(model).ResolveAsync(null)).Content.Branches).Dataset.Version);
    }

    [Fact]
    public async Task A_dataset_that_was_added_for_a_model_says_why_that_cannot_learn_it()
    {
        var (model, _) = await _script.ModelAsync();

        var dataset = await AddAsync(cluster.NewName("asked"), model);

        var status = await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Updates.Count > 0);
        Assert.Equal((model, 1, "FAILED"), (status.Updates[0].Model, status.Updates[0].Version, status.Updates[0].State));
        Assert.Contains("How many steps the trunk", status.Updates[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_that_nothing_covers_is_left_alone()
    {
        var (model, _) = await _script.ModelAsync();
        await Model(model).SetRuleAsync(new GrowRule { Datasets = "elsewhere/*" });

        var dataset = await AddAsync(cluster.NewName("alone"));

        var status = await Eventually.HoldsAsync(() => EventOf(dataset).GetAsync(), s => s.State == EventState.Delivered);
        Assert.Equal(["GrowModels"], status.Handled);
        Assert.Empty((await dataset.GetAsync()).Updates);
    }

    [Fact]
    public async Task Events_that_the_bus_loses_or_doubles_make_one_update()
    {
        var (model, _) = await _script.ModelAsync();
        var name = cluster.NewName("faulty");
        _script.Teach($"local/{name}");
        await Model(model).SetRuleAsync(new GrowRule { Datasets = $"local/{name}", Steps = 3 });
        FaultyBus.Fail($"local/{name}@1", 5);

        var dataset = await AddAsync(name, model);

        var status = await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Updates is [{ State: "CERTIFIED" }, ..]);
        Assert.Single(status.Updates);
        Assert.Contains(FaultyBus.Published.GroupBy(e => e.EventId), g => g.Key == $"dataset/local/{name}@1" && g.Count() > 1);
    }

    [Fact]
    public async Task An_event_that_an_actor_refuses_is_parked_with_its_cause_and_delivered_when_that_is_mended()
    {
        var model = cluster.NewName("later");
        var name = cluster.NewName("early");
        _script.Teach($"local/{name}");
        var dataset = await AddAsync(name, model);

        var parked = await Eventually.HoldsAsync(() => EventOf(dataset).GetAsync(), s => s.State == EventState.Failed);
        Assert.Contains($"There is no model '{model}'", Assert.Single(parked.Failures).Cause.Message, StringComparison.Ordinal);
        await EventOf(dataset).RetryAsync();
        await Eventually.HoldsAsync(() => EventOf(dataset).GetAsync(), s => s.Failures is [{ Times: 2 }]);

        var (other, _) = await _script.ModelAsync();
        var trunk = await Model(other).ResolveAsync(null);
        await Model(model).PublishAsync(cluster.NewName("trunk"), trunk.Content, trunk.Datasets);
        await Model(model).SetRuleAsync(new GrowRule { Datasets = $"local/{name}", Steps = 3 });
        await cluster.LoseAsync(EventOf(dataset));
        await EventOf(dataset).RetryAsync();

        await Eventually.HoldsAsync(() => EventOf(dataset).GetAsync(), s => s.State == EventState.Delivered);
        await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Updates is [{ State: "CERTIFIED" }]);
    }

    [Fact]
    public async Task What_is_discarded_stays_on_record_and_is_not_taken_when_it_comes_again()
    {
        var dataset = await AddAsync(cluster.NewName("unwanted"), cluster.NewName("nobody"));
        await Eventually.HoldsAsync(() => EventOf(dataset).GetAsync(), s => s.State == EventState.Failed);

        Assert.Equal(EventState.Discarded, (await EventOf(dataset).DiscardAsync()).State);

        Assert.True(await EventOf(dataset).IsDoneAsync("GrowModels"));
        Assert.Contains("is DISCARDED", (await Assert.ThrowsAsync<HermesException>(() => EventOf(dataset).RetryAsync())).Message, StringComparison.Ordinal);
        Assert.Contains("no event 'never", (await Assert.ThrowsAsync<HermesException>(
            () => cluster.Grains.GetGrain<IEventGrain>("never sent").DiscardAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_most_particular_rule_speaks_and_one_that_covers_nothing_is_refused()
    {
        var (model, _) = await _script.ModelAsync();
        var name = cluster.NewName("particular");
        _script.Teach($"local/{name}");
        await Model(model).SetRuleAsync(new GrowRule { Datasets = $"local/{name}", Steps = 3 });
        await Model(model).SetRuleAsync(new GrowRule { Datasets = "loca?/*", Steps = 5 });

        await Model(model).GrowAsync(new PinnedDataset($"local/{name}", 1), isAsked: false);

        Assert.Contains("covers no dataset", (await Assert.ThrowsAsync<HermesException>(() => Model(model).SetRuleAsync(new GrowRule { Datasets = "everything" }))).Message, StringComparison.Ordinal);
        Assert.Contains("no rule for 'x/y'", (await Assert.ThrowsAsync<HermesException>(() => Model(model).RemoveRuleAsync("x/y"))).Message, StringComparison.Ordinal);
        Assert.Equal($"local/{name}", Assert.Single((await Model(model).RemoveRuleAsync("loca?/*")).Rules).Datasets);
        await Eventually.HoldsAsync(() => Task.FromResult(FaultyBus.Published.OfType<UpdateRequested>().Where(e => e.Actor == $"model {model}").ToList()), sent => sent is [{ Request.Steps: 3 }]);
    }

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private IEventGrain EventOf(IDatasetGrain dataset) => cluster.Grains.GetGrain<IEventGrain>($"dataset/{dataset.GetPrimaryKeyString()}@1");

    private async Task<IDatasetGrain> AddAsync(string name, string? grow = null)
    {
        var offered = new List<CaseSource>();
        for (var i = 0; i < 6; i++)
        {
            offered.Add(await cluster.CaseAsync($"{name}-{i}"));
        }

        var dataset = cluster.Dataset(name);
        await dataset.BeginAddAsync("add", HermesCluster.Declare(name) with { Grow = grow }, offered.Count);
        await dataset.StageAsync("add", 0, offered);
        await dataset.CommitAsync("add");
        await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.State == DatasetState.Ready);
        return dataset;
    }
}
