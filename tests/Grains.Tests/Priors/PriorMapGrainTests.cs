using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;
using Hermes.Grains.Tests.Updates;

namespace Hermes.Grains.Tests.Priors;

[Collection(ClusterCollection.Name)]
public sealed class PriorMapGrainTests(HermesCluster cluster)
{
    [Fact]
    public async Task A_map_is_made_once_after_that_of_the_version_it_came_of()
    {
        var model = await ModelAsync("d", "e");
        Script(model, MapAsync);

        var map = await EndAsync(model, 3);

        Assert.Equal(PriorMapState.Completed, map.State);
        Assert.Equal(map.Map, (await Grain(model, 3).AskAsync()).Map);
        var orders = Orders(model);
        Assert.Equal([(1, null), (2, 1), (3, 2)], orders.Select(o => (o.Version.Version, o.Parent?.Version)));
        Assert.Equal([null, (await EndAsync(model, 1)).Map, (await EndAsync(model, 2)).Map], orders.Select(o => o.ParentMap));
        Assert.Equal(["a", "b", "c", "d", "e"], orders[2].Groups.Select(g => g.Name));
        Assert.Equal(2, orders[2].Version.Branches.Count);
        var content = (await Model(model).ResolveAsync("3")).Content;
        Assert.Equal([content.Posterior!, .. content.Branches.Select(b => b.Posterior!)], orders[2].Version.Posteriors);
        Assert.Equal(3, Orders(model).Count);
    }

    [Fact]
    public async Task A_version_that_was_withdrawn_has_no_map_and_is_no_parent()
    {
        var model = await ModelAsync("d");
        await Model(model).WithdrawAsync("out", "local/d");
        await Model(model).PromoteAsync("e", [await BranchAsync(model, "e")]);
        Script(model, MapAsync);

        Assert.Contains("withdrawn", (await Assert.ThrowsAsync<HermesException>(() => Grain(model, 2).AskAsync())).Message, StringComparison.Ordinal);
        await EndAsync(model, 3);

        Assert.Equal([(1, null), (3, 1)], Orders(model).Select(o => (o.Version.Version, o.Parent?.Version)));
        Assert.Equal(PriorMapState.Absent, (await Grain(model, 2).GetAsync()).State);
    }

    [Fact]
    public async Task What_a_version_was_made_of_says_how_well_tasks_are_found()
    {
        var (growth, training) = (new GrowthScript(cluster), new TrainingScript(cluster));
        cluster.Workers.Trainings[training.Run] = async (_, say, _) =>
        {
            say(await training.CheckpointAsync(2, 0.7, new ValidatedTask("a/liver", 0.7, 2), new ValidatedTask("a/spleen", null, 0)));
            say(await training.CheckpointAsync(4, 0.6, new ValidatedTask("a/liver", 0.6, 2)));
            say(await training.CompletedAsync());
        };
        await growth.StartAsync(training.Run);
        await cluster.ReachesAsync(training.Run, RunState.Completed);
        var (model, old) = await growth.ModelAsync(trunk: training.Run);
        var dataset = await growth.DatasetAsync();
        var update = cluster.NewName("update");
        await cluster.Grains.GetGrain<IUpdateGrain>(update).CreateAsync(
            "go", new UpdateRequest { Model = model, Datasets = [dataset], Steps = 4, AutoPromote = true });
        await Eventually.HoldsAsync(() => cluster.Grains.GetGrain<IUpdateGrain>(update).GetAsync(), u => u.State == UpdateState.Promoted);
        Script(model, MapAsync);

        await EndAsync(model, 2);

        var order = Orders(model)[^1];
        var name = dataset.Split('/')[1];
        Assert.Equal(new TaskDice(0.7, 2, Split.Validation, training.Run, null), order.Dice["a/liver"]);
        Assert.DoesNotContain("a/spleen", order.Dice.Keys);
        var certified = order.Dice[$"{name}/liver"];
        Assert.Equal((0.5, update, null), (certified.Dice, certified.Update, certified.Run));
        Assert.Equal([$"{name}/liver", $"{name}/spleen"], order.Drawn.Keys.Order());
        Assert.All(order.Drawn.Values, by => Assert.Equal(update, by));
        Assert.Equal([(old, $"local/{old}"), (name, dataset)], order.Sources.OrderBy(s => s.Key != old).Select(s => (s.Key, s.Value.Dataset)));
    }

    [Fact]
    public async Task A_map_whose_blobs_are_gone_is_made_anew()
    {
        var model = await ModelAsync();
        Script(model, MapAsync);
        var before = await EndAsync(model, 1);
        var document = await cluster.Blobs.GetJsonAsync<PriorMap>(before.Map!);
        File.Delete(cluster.Blobs.TryGetLocalPath(document.Views[0].Similarity)!);

        Assert.Equal(PriorMapState.Queued, (await Grain(model, 1).AskAsync()).State);
        document = await cluster.Blobs.GetJsonAsync<PriorMap>((await EndAsync(model, 1)).Map!);
        File.Delete(cluster.Blobs.TryGetLocalPath(document.Posterior!.Views[0].Similarity)!);

        Assert.Equal(PriorMapState.Queued, (await Grain(model, 1).AskAsync()).State);
        Assert.Equal(PriorMapState.Completed, (await EndAsync(model, 1)).State);
        Assert.Equal(3, Orders(model).Select(o => o.OrderId).Distinct().Count());
    }

    [Fact]
    public async Task A_worker_that_is_lost_is_asked_thrice_and_the_failure_can_be_asked_anew_after_a_rest()
    {
        var model = await ModelAsync();
        Script(model, (_, _, _) => throw ScriptedWorkers.Crash(134));

        var failed = await EndAsync(model, 1);

        Assert.Equal(PriorMapState.Failed, failed.State);
        Assert.Contains($"while it compared the priors of {model}@1, 3 times", failed.Cause!.Message, StringComparison.Ordinal);
        Assert.Equal(3, Orders(model).Count);

        // A page asks every few seconds.
        Script(model, MapAsync);
        Assert.Equal(PriorMapState.Failed, (await EndAsync(model, 1)).State);
        Assert.Equal(3, Orders(model).Count);
        await cluster.LoseAsync(Grain(model, 1));
        Assert.Equal(PriorMapState.Completed, (await EndAsync(model, 1)).State);
    }

    [Fact]
    public async Task What_is_away_is_waited_for_and_a_refusal_is_told()
    {
        var model = await ModelAsync();
        var isAway = true;
        Script(model, (order, say, stop) =>
        {
            if (isAway)
            {
                isAway = false;
                say(new WorkerMessage { Failed = new Failure("The store is away.", IsPassing: true) });
                return Task.CompletedTask;
            }

            say(new WorkerMessage { Failed = new Failure("The package is damaged.") });
            return Task.CompletedTask;
        });

        var failed = await EndAsync(model, 1);

        Assert.Equal("The package is damaged.", failed.Cause!.Message);
        Assert.Equal(2, Orders(model).Count);
    }

    [Fact]
    public async Task A_version_that_does_not_exist_has_no_map()
    {
        var model = await ModelAsync();

        Assert.Contains("7", (await Assert.ThrowsAsync<HermesException>(() => Grain(model, 7).AskAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(PriorMapState.Absent, (await Grain(model, 7).GetAsync()).State);
    }

    private async Task MapAsync(PriorMapOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken)
    {
        var map = Of(await NumbersAsync("priors"));
        say(new WorkerMessage { Progress = new WorkerProgress("compare", 1, 2) });
        say(new WorkerMessage { PriorMap = await cluster.Blobs.PutJsonAsync(map with { Posterior = Of(await NumbersAsync("posterior")) }, cancellationToken) });

        async Task<BlobRef> NumbersAsync(string what) => await cluster.Blobs.PutJsonAsync($"{what} {order.OrderId}", cancellationToken) with { MediaType = MediaTypes.Numbers };

        PriorMap Of(BlobRef similarity) => TestPriorMap.Of(order, similarity);
    }

    private async Task<string> ModelAsync(params string[] branches)
    {
        var name = cluster.NewName("model");
        var content = await new TrainingScript(cluster).ContentAsync() with { Posterior = await cluster.Blobs.PutJsonAsync($"posterior {name}") };
        await Model(name).PublishAsync("trunk", content, [new PinnedDataset("local/a", 1)]);
        foreach (var branch in branches)
        {
            await Model(name).PromoteAsync(branch, [await BranchAsync(name, branch)]);
        }

        return name;
    }

    private async Task<ModelBranch> BranchAsync(string model, string dataset) => new()
    {
        Package = await cluster.Blobs.PutJsonAsync($"{model}/{dataset}") with { MediaType = MediaTypes.Safetensors },
        Posterior = await cluster.Blobs.PutJsonAsync($"posterior {model}/{dataset}") with { MediaType = MediaTypes.Safetensors },
        Trunk = (await Model(model).ResolveAsync(null)).Content.Package.Sha256,
        Group = new PromptGroup(dataset, "ct", [new PromptLabel(1, $"{dataset}/cyst")]),
        Tasks = [$"{dataset}/cyst"],
        Modalities = [],
        Policy = BranchPolicy.Branch,
        Dataset = new PinnedDataset($"local/{dataset}", 1),
        Parameters = 1,
    };

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private IPriorMapGrain Grain(string model, int version) => cluster.Grains.GetGrain<IPriorMapGrain>(Names.PriorMapKey(model, version));

    private void Script(string model, ScriptedWorkers.Script<PriorMapOrder> script) => cluster.Workers.PriorMaps[model] = script;

    private List<PriorMapOrder> Orders(string model) => [.. cluster.Workers.Orders.OfType<PriorMapOrder>().Where(o => o.Model == model)];

    private async Task<PriorMapStatus> EndAsync(string model, int version)
    {
        await Grain(model, version).AskAsync();
        return await Eventually.HoldsAsync(() => Grain(model, version).GetAsync(), s => s.State is PriorMapState.Completed or PriorMapState.Failed);
    }
}
