using System.Runtime.InteropServices;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Priors;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Relations;

/// <summary>From a model version to a graded document, with trainings that say what a test wants.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RelationStudyGrainTests(HermesCluster cluster)
{
    private static readonly RelationStudyRequest Request = new() { Pairs = 6, Steps = 4 };

    [Fact]
    public async Task A_study_measures_every_pair_and_grades_what_was_predicted_before()
    {
        var model = await ModelAsync();
        // Who begins at another gains as much as their cosine says; company is worth nothing.
        Teach(study => study switch { { Other: null } => 0.3, { IsJoint: true } => 0.3, _ => 0.3 + (Cosine(study.Task, study.Other.Task) / 2) });

        var status = await EndAsync(model);
        var document = await DocumentAsync(status);

        Assert.Equal((RelationStudyState.Completed, 4), (status.State, status.Steps));
        Assert.Equal((6, status.Trainings), (document.Pairs.Count, document.Trainings));
        Assert.All(document.Pairs, p =>
        {
            Assert.Equal(Cosine(p.Task, p.Other), p.Predicted["cosine of priors"], 6);
            Assert.Equal(Cosine(p.Task, p.Other), p.Predicted["cosine of posterior tokens"], 6);
            Assert.Equal(Cosine(p.Task, p.Other) / 2, p.Transfer, 6);
            Assert.Equal((0, 1.0, 1.0, 1), (p.Joint, p.Predicted["overlap of volumes"], p.Predicted["same modality"], p.Cases));
        });
        var ofCosine = document.Grades.Where(g => g.Predictor == "cosine of priors").ToDictionary(g => g.Gain);
        Assert.Equal(1, ofCosine[RelationGain.Transfer].Tau);
        Assert.Null(ofCosine[RelationGain.Joint].Tau);
        Assert.Equal(["cosine of priors", "cosine of posterior tokens", "overlap of volumes", "same modality"], document.Predictors.Select(p => p.Name));
    }

    [Fact]
    public async Task Its_trainings_are_ordinary_runs_behind_others_each_of_one_task_under_a_name_of_its_own()
    {
        var model = await ModelAsync();
        Teach(_ => 0.5);
        await EndAsync(model);
        var orders = Orders(model);

        Assert.Equal(orders.Count, orders.DistinctBy(o => o.Run).Count());
        Assert.All(orders, o => Assert.Matches("^study-[0-9a-f]{24}$", o.Run));
        foreach (var order in orders)
        {
            var (branch, status) = (order.Branch!, await cluster.Run(order.Run).GetAsync());
            var study = branch.Study!;
            Assert.Equal((RunPriority.Low, RunState.Completed), (status.Request!.Priority, status.State));
            string[] learned = study.IsJoint ? [$"~{study.Task}", $"~{study.Other!.Task}"] : [$"~{study.Task}"];
            Assert.Equal(learned.Order(StringComparer.Ordinal), order.Datasets.Select(d => d.Name).Order(StringComparer.Ordinal));
            Assert.All(order.Datasets, d => Assert.Equal(d.Name, Assert.Single(d.Labels).Task));
            Assert.Equal(study.IsJoint ? 8 : 4, branch.Steps);
            Assert.Equal(study is { Other: not null, IsJoint: false } ? [new($"~{study.Task}", study.Other.Task)] : new Dictionary<string, string>(), branch.InitialPriors);
        }

        // The same seed however a task learns, another for another task.
        Assert.All(orders.GroupBy(o => o.Branch!.Study!.Task), task => Assert.Single(task.Select(o => o.Seed).Distinct()));
        Assert.Equal(orders.Select(o => o.Branch!.Study!.Task).Distinct().Count(), orders.Select(o => o.Seed).Distinct().Count());
    }

    [Fact]
    public async Task A_task_that_a_branch_brought_is_begun_at_that_branch()
    {
        var model = await ModelAsync();
        var (grown, package) = await GrowAsync(model);
        var name = grown.Split('/')[1];
        Teach(_ => 0.5);

        var status = await EndAsync(model, Request with { Pairs = 10 }, version: 2);

        Assert.Equal(RelationStudyState.Completed, status.State);
        Assert.All(Orders(model, 2).Select(o => o.Branch!.Study!), study =>
            Assert.Equal(study is { IsJoint: false, Other.Task: { } other } && other == $"{name}/liver" ? package : null, study.Start));
        Assert.Contains(Orders(model, 2), o => o.Branch!.Study!.Start == package);
    }

    [Fact]
    public async Task What_began_at_a_withdrawn_branch_lets_go_of_it_and_the_version_is_studied_no_more()
    {
        var model = await ModelAsync();
        var (grown, package) = await GrowAsync(model);
        Teach(_ => 0.5);
        var document = (await EndAsync(model, Request with { Pairs = 10 }, version: 2)).Document!;
        var run = Orders(model, 2).First(o => o.Branch!.Study!.Start == package).Run;

        await cluster.Grains.GetGrain<IDatasetGrain>(grown).WithdrawAsync(retireTrunks: false, deleteBlobs: true);
        var released = await Eventually.HoldsAsync(() => cluster.Run(run).GetAsync(), r => r is { Checkpoints.Count: 0, Branch: null });

        Assert.Null(released.Request!.Branch!.Study!.Start);
        Assert.Contains("withdrawn", (await Assert.ThrowsAsync<HermesException>(() => Study(model, 2).StartAsync(Request))).Message, StringComparison.Ordinal);
        Assert.Equal(document, (await Study(model, 2).GetAsync()).Document);
    }

    [Fact]
    public async Task A_plan_counts_trainings_and_those_that_are_learned_and_begins_nothing()
    {
        var model = await ModelAsync();
        Teach(_ => 0.5);
        Assert.Contains("prior map", (await Assert.ThrowsAsync<HermesException>(() => Study(model).PlanAsync(Request))).Hint, StringComparison.Ordinal);
        await EndMapAsync(model);

        var plan = await Study(model).PlanAsync(Request with { Pairs = 4 });

        Assert.Equal((4, 0, 4), (plan.Pairs, plan.Learned, plan.Steps));
        Assert.Equal((null, RelationStudyState.Absent), (plan.Seconds, (await Study(model).GetAsync()).State));
        Assert.Contains("is gone or never said", plan.Estimate, StringComparison.Ordinal);
        Assert.Empty(Orders(model));
        Assert.Contains("number of steps", (await Assert.ThrowsAsync<HermesException>(() => Study(model).PlanAsync(new RelationStudyRequest()))).Hint, StringComparison.Ordinal);

        await EndAsync(model, Request with { Pairs = 4 });
        var more = await Study(model).PlanAsync(Request);
        Assert.Equal(plan.Trainings, more.Learned);
        Assert.True(more.Trainings > more.Learned);
    }

    [Fact]
    public async Task A_larger_study_learns_only_what_the_smaller_one_has_not()
    {
        var model = await ModelAsync();
        Teach(_ => 0.5);
        await EndAsync(model, Request with { Pairs = 4 });
        var before = Orders(model).Select(o => o.Run).ToHashSet();

        var status = await EndAsync(model);

        Assert.Equal(6, (await DocumentAsync(status)).Pairs.Count);
        Assert.Equal(status.Trainings, Orders(model).Count);
        Assert.Subset(Orders(model).Select(o => o.Run).ToHashSet(), before);
        Assert.Equal(status.Document, (await Study(model).StartAsync(Request)).Document);
    }

    [Fact]
    public async Task A_study_whose_silo_is_lost_goes_on_where_it_was()
    {
        var model = await ModelAsync();
        var gate = new TaskCompletionSource();
        Teach(_ => 0.5, gate.Task);
        await Study(model).StartAsync(Request);
        await Eventually.HoldsAsync(() => Study(model).GetAsync(), s => s.State == RelationStudyState.Training && Orders(model).Count > 0);

        await cluster.LoseAsync(Study(model));
        gate.SetResult();
        var status = await EndedAsync(model);

        Assert.Equal(RelationStudyState.Completed, status.State);
        Assert.Equal(status.Trainings, Orders(model).Count);
    }

    [Fact]
    public async Task A_cancelled_study_ends_its_runs_and_goes_on_when_it_is_asked_for_again()
    {
        var model = await ModelAsync();
        var gate = new TaskCompletionSource();
        Teach(_ => 0.5, gate.Task);
        await Study(model).StartAsync(Request);
        await Eventually.HoldsAsync(() => Study(model).GetAsync(), _ => Orders(model).Count > 0);
        await Assert.ThrowsAsync<HermesException>(() => Study(model).StartAsync(Request with { Seed = 4 }));

        await Study(model).CancelAsync();
        var run = Orders(model)[0].Run;
        await cluster.ReachesAsync(run, RunState.Cancelled);
        Assert.Equal(RelationStudyState.Cancelled, (await Study(model).GetAsync()).State);

        gate.SetResult();
        Assert.Equal(RelationStudyState.Completed, (await EndAsync(model)).State);
        await cluster.ReachesAsync(run, RunState.Completed);
    }

    [Fact]
    public async Task A_training_that_fails_leaves_its_pairs_out_and_is_done_again_when_it_is_asked_for_again()
    {
        var model = await ModelAsync();
        var fails = "";
        Teach(study =>
        {
            fails = fails.Length == 0 && study is { Other: not null, IsJoint: false } ? $"{study.Task} with {study.Other.Task}" : fails;
            return study is { Other: { } other, IsJoint: false } && fails == $"{study.Task} with {other.Task}" ? null : 0.5;
        });

        var status = await EndAsync(model);
        Assert.Equal((RelationStudyState.Completed, 5), (status.State, (await DocumentAsync(status)).Pairs.Count));
        var left = Assert.Single(status.LeftOut);
        Assert.Equal(fails, left.What);
        Assert.Contains("The loss is not finite", left.Reason, StringComparison.Ordinal);

        Teach(_ => 0.5);
        var again = await EndAsync(model);
        Assert.Equal(6, (await DocumentAsync(again)).Pairs.Count);
        Assert.Empty(again.LeftOut);
    }

    [Fact]
    public async Task What_cannot_be_measured_is_left_out_by_name()
    {
        var empty = await cluster.ReadyDatasetAsync();
        var gone = await cluster.ReadyDatasetAsync(measured: Both);
        var model = await ModelAsync(empty, gone);
        await cluster.Grains.GetGrain<IDatasetGrain>(gone).WithdrawAsync(retireTrunks: false, deleteBlobs: false);
        Teach(_ => 0.5);

        var status = await EndAsync(model);

        var reasons = status.LeftOut.ToDictionary(l => l.What, l => l.Reason);
        Assert.Equal("no training case has it.", reasons[$"{empty.Split('/')[1]}/spleen"]);
        Assert.Contains("not to be used any more", reasons[$"{gone.Split('/')[1]}/liver"], StringComparison.Ordinal);
        Assert.DoesNotContain($"{empty.Split('/')[1]}/liver", reasons.Keys);
    }

    [Fact]
    public async Task A_study_of_too_few_tasks_fails_and_says_what_is_missing()
    {
        var model = await ModelAsync(withOther: false);

        var status = await EndAsync(model);

        Assert.Equal(RelationStudyState.Failed, status.State);
        Assert.Contains("fewer than 4 say nothing", status.Cause!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<HermesException>(() => Study(model).StartAsync(Request with { Pairs = 3 }));
        await Assert.ThrowsAsync<HermesException>(() => Study(model).StartAsync(Request with { Seeds = 0 }));
        await Assert.ThrowsAsync<HermesException>(() => Study(model, 9).StartAsync(Request));
        await Assert.ThrowsAsync<HermesException>(() => Study(model, 9).CancelAsync());
    }

    private static CaseFacts Both(CaseFacts facts) => facts with { LabelVolumesMl = new Dictionary<int, double> { [1] = 1.5, [2] = 1.5 } };

    // Any numbers that no two pairs have in common, whoever is asked first.
    private static double Cosine(string one, string other) =>
        Math.Round(Math.Abs((string.CompareOrdinal(one, other) <= 0 ? $"{one} {other}" : $"{other} {one}").Aggregate(7L, (hash, c) => (hash * 31) + c) % 997) / 1000.0, 6);

    private Task<string> ModelAsync(params string[] more) => ModelAsync(true, more);

    private async Task<string> ModelAsync(bool withOther, params string[] more)
    {
        var datasets = new List<string>();
        for (var i = 0; i < (withOther ? 2 : 1); i++)
        {
            datasets.Add(await cluster.ReadyDatasetAsync(measured: Both));
        }

        datasets.AddRange(more);
        var groups = datasets.ConvertAll(d => d.Split('/')[1]);
        var content = await new TrainingScript(cluster).ContentAsync() with
        {
            Tasks = [.. groups.SelectMany(g => new[] { $"{g}/liver", $"{g}/spleen" })],
            PromptGroups = [.. groups.Select(g => new PromptGroup(g, "ct", [new PromptLabel(1, $"{g}/liver"), new PromptLabel(2, $"{g}/spleen")]))],
        };
        var model = cluster.NewName("model");
        await Model(model).PublishAsync(cluster.NewName("trunk"), content, [.. datasets.Select(d => new PinnedDataset(d, 1))]);
        cluster.Workers.PriorMaps[model] = MapAsync;
        return model;
    }

    // The next version, with a branch of a dataset of its own.
    private async Task<(string Dataset, BlobRef Package)> GrowAsync(string model)
    {
        var grown = await cluster.ReadyDatasetAsync(measured: Both);
        var package = await cluster.Blobs.PutJsonAsync($"branch of {grown}") with { MediaType = MediaTypes.Safetensors };
        var name = grown.Split('/')[1];
        await Model(model).PromoteAsync("grown", [new ModelBranch
        {
            Package = package,
            Trunk = (await Model(model).ResolveAsync(null)).Content.Package.Sha256,
            Group = new PromptGroup(name, "ct", [new PromptLabel(1, $"{name}/liver")]),
            Tasks = [$"{name}/liver"],
            Modalities = [],
            Policy = BranchPolicy.Branch,
            Dataset = new PinnedDataset(grown, 1),
            Parameters = 1,
        }]);
        return (grown, package);
    }

    private async Task MapAsync(PriorMapOrder order, Action<WorkerMessage> say, CancellationToken cancellationToken)
    {
        List<string> tasks = [.. order.Groups.SelectMany(g => g.Labels).Select(l => l.Task).Distinct()];
        var cosines = tasks.SelectMany(one => tasks.Select(other => one == other ? 1f : (float)Cosine(one, other))).ToArray();
        var bytes = MemoryMarshal.AsBytes(cosines.AsSpan()).ToArray();
        var similarity = BlobDigest.Of(bytes, cluster.Blobs.Site, MediaTypes.Numbers);
        await cluster.Blobs.PutStreamAsync(similarity, new MemoryStream(bytes), cancellationToken);
        var map = TestPriorMap.Of(order, similarity) with { Tasks = [.. tasks.Select(t => new PriorTask(t, t.Split('/')[0], "ct"))] };
        say(new WorkerMessage { PriorMap = await cluster.Blobs.PutJsonAsync(map with { Posterior = map with { IsPosterior = true } }, cancellationToken) });
    }

    // Trainings of the model's datasets: what Dice the task reaches; null for one that diverges.
    private void Teach(Func<BranchStudy, double?> dice, Task? gate = null)
    {
        foreach (var dataset in cluster.Workers.Orders.OfType<IngestOrder>().Select(o => o.Case.ImageFile.Split('-')[0]).Distinct())
        {
            cluster.Workers.Branches[$"local/{dataset}"] = async (order, say, stop) =>
            {
                await (gate ?? Task.CompletedTask).WaitAsync(stop);
                var (branch, study) = (order.Branch!, order.Branch!.Study!);
                if (dice(study) is not { } reached)
                {
                    say(ScriptedWorkers.Report(new TrainReport { Failed = new Failure("The loss is not finite.") }));
                    return;
                }

                say(ScriptedWorkers.Report(new TrainReport
                {
                    Phase = "train",
                    Done = branch.Steps,
                    Total = branch.Steps,
                    Checkpoint = new CheckpointHead(branch.Steps, await cluster.Blobs.PutJsonAsync($"checkpoint {order.Run}", stop), reached)
                    {
                        Tasks = [.. order.Datasets.Select(d => new ValidatedTask(d.Name, d.Name == BranchStudy.Own(study.Task) ? reached : 0.01, 1))],
                    },
                }));
                say(ScriptedWorkers.Report(new TrainReport
                {
                    CompletedBranch = new ModelBranch
                    {
                        Package = await cluster.Blobs.PutJsonAsync($"branch {order.Run}", stop) with { MediaType = MediaTypes.Safetensors },
                        Trunk = branch.Trunk.Sha256,
                        Group = new PromptGroup(BranchStudy.Own(study.Task), "ct", [new PromptLabel(1, BranchStudy.Own(study.Task))]),
                        Tasks = order.Tasks,
                        Modalities = [],
                        Policy = branch.Policy,
                        Dataset = branch.Dataset,
                        Parameters = 1,
                        Study = study,
                    },
                }));
            };
        }

    }

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private IRelationStudyGrain Study(string model, int version = 1) => cluster.Grains.GetGrain<IRelationStudyGrain>(Names.RelationStudyKey(model, version));

    private List<TrainOrder> Orders(string model, int version = 1)
    {
        var trunk = Model(model).ResolveAsync($"{version}").Result.Content.Package;
        return [.. cluster.Workers.Orders.OfType<TrainOrder>().Where(o => o.Branch?.Trunk == trunk).DistinctBy(o => o.OrderId)];
    }

    private async Task EndMapAsync(string model)
    {
        var map = cluster.Grains.GetGrain<IPriorMapGrain>(Names.PriorMapKey(model, 1));
        await map.AskAsync();
        await Eventually.HoldsAsync(() => map.GetAsync(), s => s.State == PriorMapState.Completed);
    }

    private async Task<RelationStudyStatus> EndAsync(string model, RelationStudyRequest? request = null, int version = 1)
    {
        await Study(model, version).StartAsync(request ?? Request);
        return await EndedAsync(model, version);
    }

    private Task<RelationStudyStatus> EndedAsync(string model, int version = 1) =>
        Eventually.HoldsAsync(() => Study(model, version).GetAsync(), s => s.State is RelationStudyState.Completed or RelationStudyState.Failed);

    private Task<RelationStudy> DocumentAsync(RelationStudyStatus status) => cluster.Blobs.GetJsonAsync<RelationStudy>(status.Document!);
}
