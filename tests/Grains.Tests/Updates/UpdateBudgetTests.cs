using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Updates;

/// <summary>A time becomes a number of steps before an update begins, once: what is learned knows of steps only.</summary>
[Collection(ClusterCollection.Name)]
public sealed class UpdateBudgetTests(HermesCluster cluster)
{
    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task A_time_becomes_steps_that_are_pinned_and_told_and_the_recipe_is_that_of_the_steps()
    {
        var (model, _) = await _script.TrainedModelAsync(secondsPerStep: 2);
        var dataset = await _script.DatasetAsync();
        var (timed, counted) = (Update(), Update());

        var created = await timed.CreateAsync("create", new UpdateRequest { Model = model, Datasets = [dataset], Minutes = 2.1 });
        Assert.Equal((100, 1.26), (created.Steps, Math.Round(created.SecondsPerStep!.Value, 6)));
        var byTime = await ReachesAsync(timed, UpdateState.Certified);
        await counted.CreateAsync("create", new UpdateRequest { Model = model, Datasets = [dataset], Steps = 100 });
        var bySteps = await ReachesAsync(counted, UpdateState.Certified);

        Assert.Equal((100, null), (bySteps.Steps, bySteps.SecondsPerStep));
        Assert.Equal((bySteps.Branches[0].Run, 100), (byTime.Branches[0].Run, byTime.Branches[0].Steps));
        var learned = Assert.Single(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == byTime.Branches[0].Run);
        Assert.Equal(100, learned.Branch!.Steps);
    }

    [Fact]
    public async Task The_steps_stay_what_they_were_when_an_update_is_resumed_or_asked_for_again_though_a_step_takes_longer_by_now()
    {
        var trunk = new TrainingScript(cluster);
        var (slower, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        cluster.Workers.Trainings[trunk.Run] = async (_, say, stop) =>
        {
            say(GrowthScript.Step(1, 2));
            await slower.Task.WaitAsync(stop);
            say(GrowthScript.Step(2, 8));
            await done.Task.WaitAsync(stop);
            say(await trunk.CheckpointAsync(4, 0.5));
            say(await trunk.CompletedAsync());
        };
        // It holds the device, so that nothing is learned before a step takes longer.
        await _script.StartAsync(trunk.Run);
        await PaceIsAsync(trunk.Run, 2);
        var (model, _) = await _script.ModelAsync(trunk: trunk.Run);
        var dataset = await _script.DatasetAsync();
        var request = new UpdateRequest { Model = model, Datasets = [dataset], Minutes = 2.1 };
        var update = Update();
        await update.CreateAsync("create", request);
        var before = await ReachesAsync(update, UpdateState.Training);
        await update.CancelAsync("stop");

        slower.SetResult();
        await PaceIsAsync(trunk.Run, 8);
        await cluster.LoseAsync(update);
        var again = await update.CreateAsync("create", request);
        await update.ResumeAsync("go on");
        done.SetResult();
        var after = await ReachesAsync(update, UpdateState.Certified);

        Assert.Equal((100, 100), (before.Steps, again.Steps));
        Assert.Equal((100, before.SecondsPerStep, before.Branches[0].Run), (after.Steps, after.SecondsPerStep, after.Branches[0].Run));
        // Whoever asks anew gets what there is in that time by now.
        Assert.Equal(25, (await Update().CreateAsync("create", request)).Steps);
    }

    [Fact]
    public async Task A_rule_may_give_a_time()
    {
        var (model, _) = await _script.TrainedModelAsync(secondsPerStep: 2);
        var dataset = await _script.DatasetAsync();
        await Model(model).SetRuleAsync(new GrowRule { Datasets = dataset, Minutes = 4.2 });

        await Model(model).GrowAsync(new PinnedDataset(dataset, 1), isAsked: false);

        var grown = await Eventually.HoldsAsync(() => cluster.Grains.GetGrain<IDatasetGrain>(dataset).GetAsync(), s => s.Updates is [{ State: "CERTIFIED" }]);
        Assert.Equal(200, (await cluster.Grains.GetGrain<IUpdateGrain>(grown.Updates[0].Update).GetAsync()).Steps);
        Assert.Contains("not both", (await Assert.ThrowsAsync<HermesException>(
            () => Model(model).SetRuleAsync(new GrowRule { Datasets = dataset, Steps = 4, Minutes = 5 }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_budget_is_refused_with_what_to_do_and_nothing_begins()
    {
        var (known, unknown) = ((await _script.TrainedModelAsync(secondsPerStep: 2)).Model, (await _script.ModelAsync()).Model);
        var dataset = await _script.DatasetAsync();

        await AssertRefusedAsync(known, null, 0.01, "In 0.01 min there is not one step: a step takes about 1.26 s.", "Give another time, or the number of steps.");
        await AssertRefusedAsync(known, null, 0, "0 minutes are no budget.", "Give a time above zero, up to a year, or a number of steps.");
        await AssertRefusedAsync(known, null, -1, "-1 minutes are no budget.", "Give a time above zero, up to a year, or a number of steps.");
        await AssertRefusedAsync(known, null, double.NaN, "NaN minutes are no budget.", "Give a time above zero, up to a year, or a number of steps.");
        await AssertRefusedAsync(known, null, 1e9, "1000000000 minutes are no budget.", "Give a time above zero, up to a year, or a number of steps.");
        await AssertRefusedAsync(known, 4, 5, "A budget is a number of steps or a time, not both.", "Give one of them.");
        await AssertRefusedAsync(known, 0, null, "A budget of 0 steps learns nothing.", "Give at least one step.");
        var gone = (await Model(unknown).ResolveAsync(null)).Run;
        await AssertRefusedAsync(
            unknown,
            null,
            5,
            $"How many steps there are in 5 min is not known: the run '{gone}', which made the trunk, is gone or never said how long a step takes.",
            "Give the number of steps.");

        async Task AssertRefusedAsync(string model, int? steps, double? minutes, string sentence, string hint)
        {
            var update = Update();
            var refusal = await Assert.ThrowsAsync<HermesException>(
                () => update.CreateAsync("create", new UpdateRequest { Model = model, Datasets = [dataset], Steps = steps, Minutes = minutes }));
            Assert.Equal((sentence, hint), (refusal.Message, refusal.Hint));
            Assert.Equal(UpdateState.Absent, (await update.GetAsync()).State);
        }
    }

    private IUpdateGrain Update() => cluster.Grains.GetGrain<IUpdateGrain>(cluster.NewName("update"));

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private Task<RunStatus> PaceIsAsync(string run, double seconds) =>
        Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), r => r.LastMetrics.TryGetValue(MetricKeys.SecondsPerStep, out var pace) && pace == seconds);

    private static async Task<UpdateStatus> ReachesAsync(IUpdateGrain update, UpdateState state)
    {
        var ended = await Eventually.HoldsAsync(() => update.GetAsync(), s => s.State == state || s.State is UpdateState.Failed or UpdateState.Rejected);
        Assert.True(ended.State == state, $"{ended.State}: {ended.Cause?.Message}");
        return ended;
    }
}
