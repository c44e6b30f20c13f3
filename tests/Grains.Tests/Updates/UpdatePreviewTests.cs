using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Updates;

/// <summary>What is told of an update before anything is learned, and what becomes of it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class UpdatePreviewTests(HermesCluster cluster)
{
    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task The_nearest_prior_is_the_one_that_finds_the_structure_whatever_it_is_called()
    {
        var (model, old, dataset) = await ReadyAsync();
        _script.Finds(old, 1.5, ($"{old}/liver", $"{NameOf(dataset)}/liver", 1.125));

        var preview = await LookAsync(Request(model, dataset));

        Assert.Equal((3, 3, 0), (preview.Questions, preview.Answered, preview.Waiting));
        var liver = preview.Structures[0];
        Assert.Equal(($"{NameOf(dataset)}/liver", 6, 1.5, $"{old}/liver"), (liver.Task, liver.Cases, liver.VolumeMl, liver.InitialTask));
        var near = Assert.Single(liver.Nearest);
        Assert.Equal((0.75, 3, true, true, 1.5, 1.0), (near.Dice!.Value, near.Cases, near.IsTrunk, near.IsSameModality, near.VolumeMl, near.VolumeOverlap));
        Assert.Equal(BranchPolicy.Priors, preview.Recommended);
        Assert.Empty(preview.MayMove);
        Assert.Equal(UpdateState.Absent, (await Update(cluster.NewName("update")).GetAsync()).State);
    }

    [Fact]
    public async Task A_quick_look_asks_nothing_and_tells_what_was_answered_before()
    {
        var (model, old, dataset) = await ReadyAsync();

        var quick = await Preview.LookAsync(Request(model, dataset), ask: false);
        Assert.Equal((3, 0, 0), (quick.Questions, quick.Answered, quick.Waiting));
        Assert.Null(quick.Structures[0].Nearest[0].Dice);
        Assert.Equal(BranchPolicy.Branch, quick.Recommended);
        Assert.DoesNotContain(cluster.Workers.Orders.OfType<SegmentOrder>().SelectMany(o => o.Requests), r => r.Prompt.Group == old);

        await LookAsync(Request(model, dataset));
        Assert.Equal(3, (await Preview.LookAsync(Request(model, dataset), ask: false)).Answered);
        Assert.Equal(3, cluster.Workers.Orders.OfType<SegmentOrder>().SelectMany(o => o.Requests).Count(r => r.Prompt.Group == old));
    }

    [Fact]
    public async Task Where_nothing_is_found_a_branch_is_recommended_and_no_prior_is_near()
    {
        var (model, _, dataset) = await ReadyAsync();

        var preview = await LookAsync(Request(model, dataset));

        Assert.Equal((BranchPolicy.Branch, null), (preview.Recommended, preview.Structures[0].InitialTask));
        Assert.Equal(0, preview.Structures[0].Nearest[0].Dice);
        Assert.Contains("finds " + preview.Structures[0].Task, preview.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_that_cannot_be_answered_is_said_and_the_others_count()
    {
        var (model, old, dataset) = await ReadyAsync();
        var failed = 0;
        cluster.Workers.Groups[old] = async (order, say, _) =>
        {
            if (Interlocked.Increment(ref failed) == 1)
            {
                say(new WorkerMessage { Failed = new Failure("The file is damaged.") });
                return;
            }

            await _script.AnswerAsync(order, say, "an old answer");
        };

        var preview = await LookAsync(Request(model, dataset));

        Assert.Equal((2, 0), (preview.Answered, preview.Waiting));
        Assert.Contains("The file is damaged.", Assert.Single(preview.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_follows_from_the_trunks_own_steps_and_is_not_known_where_its_run_is_gone()
    {
        var (model, _, dataset) = await ReadyAsync();
        var unknown = await Preview.LookAsync(Request(model, dataset), ask: false);
        Assert.Null(Assert.Single(unknown.Branches).Seconds);
        Assert.StartsWith("The time is not known", unknown.Estimate, StringComparison.Ordinal);

        var (trained, _) = await _script.TrainedModelAsync(secondsPerStep: 2);

        var known = await Preview.LookAsync(Request(trained, dataset) with { Steps = 100 }, ask: false);

        Assert.Equal((100, 126.0), (known.Branches[0].Steps, Math.Round(known.Branches[0].Seconds!.Value, 6)));
        Assert.Contains("took 2 s", known.Estimate, StringComparison.Ordinal);
        Assert.Contains(known.Devices, d => d.StartsWith(cluster.Device, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UpdatePolicy.Branch, 2.1, 100)]
    [InlineData(UpdatePolicy.Priors, 2.1, 100)]
    [InlineData(UpdatePolicy.Full, 2.1, 63)]
    [InlineData(UpdatePolicy.Decoder, 2.19, 65)]
    public async Task A_time_is_shown_as_the_steps_there_are_in_it(UpdatePolicy policy, double minutes, int steps)
    {
        var (model, _) = await _script.TrainedModelAsync(secondsPerStep: 2);
        var request = Request(model, await _script.DatasetAsync()) with { Policy = policy, Steps = null, Minutes = minutes };

        var preview = await Preview.LookAsync(request, ask: false);

        if (request.MakesTrunk)
        {
            Assert.EndsWith($"A new trunk of {steps} steps takes about {2 * steps} s.", preview.Estimate, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal((steps, 60 * minutes), (preview.Branches[0].Steps, Math.Round(preview.Branches[0].Seconds!.Value, 6)));
        }
    }

    [Fact]
    public async Task What_would_be_refused_is_refused_here_too()
    {
        var (model, old, dataset) = await ReadyAsync();

        Assert.Contains("already", (await Assert.ThrowsAsync<HermesException>(() => Preview.LookAsync(Request(model, $"local/{old}"), false))).Message, StringComparison.Ordinal);
        Assert.Contains("not both", (await Assert.ThrowsAsync<HermesException>(
            () => Preview.LookAsync(Request(model, dataset) with { NearestPriors = true, InitialTask = "a/b" }, false))).Message, StringComparison.Ordinal);
        Assert.Contains("How many steps there are in 5 min is not known", (await Assert.ThrowsAsync<HermesException>(
            () => Preview.LookAsync(Request(model, dataset) with { Steps = null, Minutes = 5 }, false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_in_common_with_another_extent_is_refused_until_it_is_accepted_and_the_certificate_says_so()
    {
        var (model, old, dataset) = await ReadyAsync(f => f with { LabelVolumesMl = new Dictionary<int, double> { [1] = 30 } });
        var update = Update(cluster.NewName("update"));

        var refusal = await Assert.ThrowsAsync<HermesException>(() => update.CreateAsync("create", Request(model, dataset)));
        Assert.Contains($"liver has 30.0 ml a case in {dataset} and 1.5 ml in local/{old}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Remedy.AcceptConflicts, refusal.Remedy);
        Assert.Equal(UpdateState.Absent, (await update.GetAsync()).State);

        await update.CreateAsync("accept", Request(model, dataset) with { AcceptConflicts = true });
        var certified = await Eventually.HoldsAsync(() => update.GetAsync(), s => s.State == UpdateState.Certified);

        var conflict = Assert.Single(certified.Conflicts, c => c.NeedsAcceptance);
        Assert.Equal((ConflictKind.OtherExtent, dataset, $"{NameOf(dataset)}/liver"), (conflict.Kind, conflict.Dataset, conflict.Task));
        Assert.Equal($"Accepted: {conflict.Sentence}", Assert.Single(certified.Certificate!.Remarks));
    }

    [Fact]
    public async Task A_dataset_that_asks_for_its_update_itself_says_why_it_is_not_learned()
    {
        var (model, _, dataset) = await ReadyAsync(f => f with { SpacingMm = [5, 1, 1] });
        await Model(model).SetRuleAsync(new GrowRule { Datasets = dataset, Steps = 4 });

        await Model(model).GrowAsync(new PinnedDataset(dataset, 1), isAsked: false);

        var status = await Eventually.HoldsAsync(() => cluster.Grains.GetGrain<IDatasetGrain>(dataset).GetAsync(), s => s.Updates is [{ State: "FAILED" }]);
        Assert.Contains($"Voxels of {dataset} have 1 x 1 x 5 mm", status.Updates[0].Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_only_unusual_is_told_and_refused_by_nobody()
    {
        var (model, old, dataset) = await ReadyAsync();
        _script.Finds(old, 40);

        var conflicts = (await LookAsync(Request(model, dataset))).Conflicts;

        Assert.Equal([(ConflictKind.Absent, $"{NameOf(dataset)}/spleen")], conflicts.Select(c => (c.Kind, c.Task!)));
        var created = await Update(cluster.NewName("update")).CreateAsync("create", Request(model, dataset));
        Assert.Equal(conflicts, created.Conflicts);
    }

    [Fact]
    public async Task Nearest_priors_are_part_of_the_recipe_and_equal_evidence_gives_the_equal_recipe()
    {
        var (model, old, dataset) = await ReadyAsync();
        _script.Finds(old, 1.5, ($"{old}/liver", $"{NameOf(dataset)}/liver", 1.2));
        var (drawn, nearest, again) = (await GrownAsync(Request(model, dataset)), await GrownAsync(Nearest()), await GrownAsync(Nearest()));
        var named = await GrownAsync(Request(model, dataset) with { InitialTask = $"{old}/liver" });

        Assert.Equal(new Dictionary<string, string> { [$"{NameOf(dataset)}/liver"] = $"{old}/liver" }, nearest.Branches[0].InitialPriors);
        Assert.Equal(nearest.Branches[0].Run, again.Branches[0].Run);
        Assert.Equal(4, new[] { drawn, nearest, again, named }.Select(u => u.Branches[0].Run).Distinct().Count() + 1);
        var learned = Assert.Single(cluster.Workers.Orders.OfType<TrainOrder>(), o => o.Run == nearest.Branches[0].Run);
        Assert.Equal(nearest.Branches[0].InitialPriors, learned.Branch!.InitialPriors);

        UpdateRequest Nearest() => Request(model, dataset) with { NearestPriors = true };
    }

    [Fact]
    public async Task Nothing_near_draws_the_priors_and_a_question_that_fails_fails_the_update()
    {
        var (model, old, dataset) = await ReadyAsync();
        _script.Finds(old, 1.5, ($"{old}/liver", $"{NameOf(dataset)}/liver", 0.01));
        Assert.Empty((await GrownAsync(Request(model, dataset) with { NearestPriors = true })).Branches[0].InitialPriors);

        var other = await _script.DatasetAsync();
        cluster.Workers.Groups[old] = (_, say, _) =>
        {
            say(new WorkerMessage { Failed = new Failure("The file is damaged.") });
            return Task.CompletedTask;
        };
        var failing = Update(cluster.NewName("update"));
        await failing.CreateAsync("create", Request(model, other) with { NearestPriors = true });
        var failed = await Eventually.HoldsAsync(() => failing.GetAsync(), s => s.State == UpdateState.Failed);
        Assert.Contains("The file is damaged.", failed.Cause!.Message, StringComparison.Ordinal);
    }

    private IUpdatePreviewGrain Preview => cluster.Grains.GetGrain<IUpdatePreviewGrain>("any");

    private static UpdateRequest Request(string model, string dataset) => new() { Model = model, Datasets = [dataset], Steps = 4 };

    private static string NameOf(string dataset) => dataset.Split('/')[1];

    private IUpdateGrain Update(string name) => cluster.Grains.GetGrain<IUpdateGrain>(name);

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private async Task<(string Model, string Group, string Dataset)> ReadyAsync(Func<CaseFacts, CaseFacts>? measured = null)
    {
        var (model, group) = await _script.ModelAsync();
        return (model, group, await _script.DatasetAsync(measured));
    }

    private async Task<UpdatePreview> LookAsync(UpdateRequest request)
    {
        await Preview.LookAsync(request, ask: true);
        return await Eventually.HoldsAsync(() => Preview.LookAsync(request, ask: false), p => p.Waiting == 0);
    }

    private async Task<UpdateStatus> GrownAsync(UpdateRequest request)
    {
        var update = Update(cluster.NewName("update"));
        await update.CreateAsync("create", request);
        return await Eventually.HoldsAsync(() => update.GetAsync(), s => s.State == UpdateState.Certified);
    }
}
