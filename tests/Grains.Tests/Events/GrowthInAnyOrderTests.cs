using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Updates;

namespace Hermes.Grains.Tests.Events;

/// <summary>Six datasets become ready in every order, some events twice, some actors lost: one registry, one version.</summary>
[Collection(ClusterCollection.Name)]
public sealed class GrowthInAnyOrderTests(HermesCluster cluster)
{
    private const int Datasets = 6;
    private const int Orders = 720;

    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public Task Drawn_orders_of_six_datasets_make_one_registry_and_one_version()
    {
        var drawn = Enumerable.Range(0, Orders).ToArray();
        new Random(7).Shuffle(drawn);
        return GrowAsync([.. drawn.Take(30)], together: 10);
    }

    [Fact]
    [Trait("Length", "Long")]
    public Task All_orders_of_six_datasets_make_one_registry_and_one_version() => GrowAsync([.. Enumerable.Range(0, Orders)], together: 12);

    private async Task GrowAsync(int[] orders, int together)
    {
        var (first, _) = await _script.ModelAsync();
        var trunk = await Model(first).ResolveAsync(null);
        var datasets = new List<PinnedDataset>();
        for (var i = 0; i < Datasets; i++)
        {
            var dataset = await cluster.ReadyDatasetAsync(cases: 1);
            _script.Teach(dataset);
            datasets.Add(new PinnedDataset(dataset, 1));
        }

        var digests = new HashSet<string>();
        var rows = new HashSet<string>();
        foreach (var some in orders.Chunk(together))
        {
            var models = new List<(string Name, int Order)>();
            foreach (var order in some)
            {
                models.Add((await TellAsync(trunk, datasets, order), order));
            }

            foreach (var (model, order) in models)
            {
                var live = await ServesAllAsync(model, new Random(order));
                digests.Add(live.Content.Digest());
                rows.Add(await RegistryAsync(datasets));
            }

            // What is done with would look around for ever, five times a second.
            await cluster.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        }

        Assert.Single(digests);
        Assert.Single(rows);
        Assert.Equal(2 * Datasets, rows.Single().Split(' ').Length);
    }

    /// <summary>A model with the trunk, that is told of the datasets in an order; each event comes once to three times.</summary>
    private async Task<string> TellAsync(ModelVersion trunk, List<PinnedDataset> datasets, int order)
    {
        var drawn = new Random(order);
        var model = cluster.NewName($"order{order}-");
        await Model(model).PublishAsync(cluster.NewName("trunk"), trunk.Content, trunk.Datasets);
        var told = Ordered(datasets, order).SelectMany(d => Enumerable.Repeat(Ready(model, d), drawn.Next(1, 4))).ToList();

        // The doubles come whenever they do, after the first of each.
        foreach (var late in told.ToList().Where(_ => drawn.Next(3) == 0))
        {
            told.Insert(drawn.Next(told.IndexOf(late) + 1, told.Count + 1), late);
        }

        foreach (var dataset in datasets)
        {
            await Model(model).SetRuleAsync(new GrowRule { Datasets = dataset.Dataset, AutoPromote = true, Steps = 3 });
        }

        foreach (var one in told)
        {
            await cluster.Bus.PublishAsync(one);
            await LoseSomeAsync(drawn, Model(model), cluster.Grains.GetGrain<IDatasetGrain>(one.Dataset.Dataset));
        }

        foreach (var dataset in datasets)
        {
            await Model(model).RemoveRuleAsync(dataset.Dataset);
        }

        return model;
    }

    private async Task<ModelVersion> ServesAllAsync(string model, Random drawn)
    {
        var updates = FaultyBus.Published.OfType<UpdateRequested>().Where(e => e.Request.Model == model).Select(e => e.Update).Distinct().ToList();
        Assert.Equal(Datasets, updates.Count);
        var live = await Eventually.HoldsAsync(
            async () =>
            {
                foreach (var update in updates.Select(u => cluster.Grains.GetGrain<IUpdateGrain>(u)))
                {
                    var status = await update.GetAsync();
                    Assert.False(status.State is UpdateState.Failed or UpdateState.Rejected, status.Cause?.Message);
                    await LoseSomeAsync(drawn, update);
                }

                return await Model(model).ResolveAsync(null);
            },
            v => v.Content.Branches.Count == Datasets);
        return live;
    }

    private async Task LoseSomeAsync(Random drawn, params IAddressable[] actors)
    {
        foreach (var actor in actors.Where(_ => drawn.Next(8) == 0))
        {
            await cluster.LoseAsync(actor);
        }
    }

    private async Task<string> RegistryAsync(List<PinnedDataset> datasets)
    {
        var known = await cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).ListAsync();
        return string.Join(' ', known.Where(t => datasets.Any(d => d.Dataset == t.DeclaredBy)).Select(t => $"{t.Index}:{t.Task}"));
    }

    private static DatasetReady Ready(string model, PinnedDataset dataset) => new()
    {
        EventId = $"{model}/{dataset.Dataset}", At = default, Subject = dataset.Dataset, Actor = "a test", Dataset = dataset, Cases = 1, Modality = "ct", Tasks = [],
    };

    // The order with this number, by the factorial digits of the number.
    private static List<PinnedDataset> Ordered(List<PinnedDataset> datasets, int number)
    {
        var left = datasets.ToList();
        var ordered = new List<PinnedDataset>();
        for (var choices = left.Count; choices > 0; number /= choices--)
        {
            ordered.Add(left[number % choices]);
            left.RemoveAt(number % choices);
        }

        return ordered;
    }

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);
}
