using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;
using Hermes.Imaging.Configuration;

namespace Hermes.Grains.Tests.Updates;

/// <summary>From what is asked to what is served: learned once, proven, and never served unproven.</summary>
[Collection(ClusterCollection.Name)]
public sealed class UpdateGrainTests(HermesCluster cluster)
{
    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task An_update_learns_proves_and_becomes_live()
    {
        var (model, old) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();

        var update = await CreatedAsync(model, dataset, autoPromote: true);
        var status = await ReachesAsync(update, UpdateState.Promoted);
        var live = await Model(model).ResolveAsync(null);

        Assert.Equal((2, 2), (status.PromotedVersion, live.Version));
        var branch = Assert.Single(live.Content.Branches);
        Assert.Equal((NameOf(dataset), dataset), (branch.Group.Name, branch.Dataset.Dataset));
        var certificate = status.Certificate!;
        Assert.True(certificate.IsGranted);
        Assert.Equal((live.Content.Package.Sha256, branch.Package.Sha256), (certificate.Trunk, Assert.Single(certificate.NewBranches)));
        Assert.Equal(2, certificate.Probes.Count);
        Assert.All(certificate.Probes, p => Assert.Equal((old, true), (p.Group, p.IsEqual)));
        Assert.Equal([0.5, 0.5], certificate.NewTasks.Select(t => t.Dice!.Value));
        Assert.Contains(await cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).ListAsync(), t => t.Task == $"{NameOf(dataset)}/liver");
    }

    [Fact]
    public async Task Old_groups_are_asked_anew_before_and_after_the_new_ones_were_used()
    {
        var (model, old) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();

        await ReachesAsync(await CreatedAsync(model, dataset), UpdateState.Certified);

        var asked = cluster.Workers.Orders.OfType<SegmentOrder>().SelectMany(o => o.Requests).Where(r => r.Prompt.Group == old || r.Prompt.Group == NameOf(dataset)).ToList();
        Assert.Matches("^oon+oo$", string.Concat(asked.Select(r => r.Prompt.Group == old ? 'o' : 'n')));
        Assert.All(asked, r => Assert.Equal(r.Prompt.Group == old, r.Probe is not null));
        Assert.All(asked, r => Assert.Equal(r.Prompt.Group == old, r.Branch is null));
    }

    [Fact]
    public async Task What_is_certified_waits_for_its_promotion_which_may_be_repeated()
    {
        var (model, _) = await _script.ModelAsync();
        var update = await CreatedAsync(model, await _script.DatasetAsync());
        await ReachesAsync(update, UpdateState.Certified);
        Assert.Equal(1, (await Model(model).ResolveAsync(null)).Version);

        await Update(update).PromoteAsync();
        await cluster.LoseAsync(Update(update));

        Assert.Equal(2, (await Update(update).PromoteAsync()).PromotedVersion);
        Assert.Equal(2, (await Model(model).GetAsync()).Versions.Count);
    }

    [Fact]
    public async Task An_update_after_which_an_old_group_answers_differently_is_rejected_and_never_live()
    {
        var (model, old) = await _script.ModelAsync();
        var calls = 0;
        cluster.Workers.Groups[old] = (order, say, _) => _script.AnswerAsync(order, say, $"answer {Interlocked.Increment(ref calls)}");

        var update = await CreatedAsync(model, await _script.DatasetAsync(), autoPromote: true);
        var status = await ReachesAsync(update, UpdateState.Rejected);

        Assert.False(status.Certificate!.IsGranted);
        Assert.Contains($"'{old}' answers", status.Cause!.Message, StringComparison.Ordinal);
        Assert.Contains("is REJECTED", (await Assert.ThrowsAsync<HermesException>(() => Update(update).PromoteAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Model(model).ResolveAsync(null)).Version);
    }

    [Fact]
    public async Task What_was_learned_elsewhere_is_asked_about_the_new_cases_and_bits_that_move_are_refused()
    {
        var (model, group) = (cluster.NewName("model"), cluster.NewName("elsewhere"));
        var content = await new TrainingScript(cluster).ContentAsync() with { PromptGroups = [new PromptGroup(group, "ct", [new PromptLabel(1, "a/liver")])] };
        await Model(model).PublishAsync(cluster.NewName("trunk"), content, [new PinnedDataset($"elsewhere/{group}", 1)]);
        var calls = 0;
        cluster.Workers.Groups[group] = (order, say, _) => _script.AnswerAsync(order, say, $"answer {Interlocked.Increment(ref calls)}");
        var dataset = await _script.DatasetAsync();

        var status = await ReachesAsync(await CreatedAsync(model, dataset, autoPromote: true), UpdateState.Rejected);

        Assert.Contains($"'{group}' answers {dataset}/", status.Cause!.Message, StringComparison.Ordinal);
        Assert.Contains($"The prompt group '{group}' has no cases on this platform, so it was asked about those of {dataset}.", status.Certificate!.Remarks);
        Assert.All(status.Certificate.Probes, p => Assert.False(p.IsEqual));
        Assert.NotEmpty(status.Certificate.Probes);

        var request = new UpdateRequest { Model = model, Datasets = [dataset], Steps = 4, Policy = UpdatePolicy.Full };
        var refusal = await Assert.ThrowsAsync<HermesException>(() => Update(cluster.NewName("update")).CreateAsync("go", request));
        Assert.Contains($"learned the prompt group '{group}' from a dataset that is not on this platform", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_certified_on_a_trunk_that_is_no_longer_live_says_so_instead_of_becoming_live()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var script = cluster.Workers.Branches[dataset];
        cluster.Workers.Branches[dataset] = async (order, say, stop) =>
        {
            await Model(model).PublishAsync("another trunk", await new TrainingScript(cluster).ContentAsync(), [], stop);
            await script(order, say, stop);
        };
        var update = await CreatedAsync(model, dataset, autoPromote: true);

        var status = await Eventually.HoldsAsync(() => Update(update).GetAsync(), s => s is { State: UpdateState.Certified, Cause: not null });

        Assert.Contains("learned on another trunk", status.Cause!.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await Model(model).ResolveAsync(null)).Version);
    }

    [Fact]
    public async Task Equal_recipes_are_learned_once()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var first = await ReachesAsync(await CreatedAsync(model, dataset), UpdateState.Certified);
        var second = await ReachesAsync(await CreatedAsync(model, dataset), UpdateState.Certified);
        var other = await ReachesAsync(await CreatedAsync(model, dataset, seed: 1), UpdateState.Certified);

        Assert.Equal(first.Branches[0].Run, second.Branches[0].Run);
        Assert.NotEqual(first.Branches[0].Run, other.Branches[0].Run);
        Assert.Equal(2, cluster.Workers.Orders.OfType<TrainOrder>().Count(o => o.Branch?.Dataset.Dataset == dataset));
    }

    [Fact]
    public async Task Updates_made_side_by_side_compose_in_any_order()
    {
        var (model, _) = await _script.ModelAsync();
        var (one, two) = (await CreatedAsync(model, await _script.DatasetAsync()), await CreatedAsync(model, await _script.DatasetAsync()));
        await ReachesAsync(one, UpdateState.Certified);
        await ReachesAsync(two, UpdateState.Certified);

        await Update(two).PromoteAsync();
        await Update(one).PromoteAsync();

        Assert.Equal(2, (await Model(model).ResolveAsync(null)).Content.Branches.Count);
    }

    [Fact]
    public async Task A_dataset_with_new_cases_is_learned_anew_and_its_branch_replaced()
    {
        var (model, old) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var first = await ReachesAsync(await CreatedAsync(model, dataset, autoPromote: true), UpdateState.Promoted);
        var again = new UpdateRequest { Model = model, Datasets = [dataset], Steps = 4, AutoPromote = true };
        var refusal = await Assert.ThrowsAsync<HermesException>(() => NewUpdate().CreateAsync("create", again));
        Assert.Contains($"has a branch of {dataset}@1 already", refusal.Message, StringComparison.Ordinal);

        var more = await cluster.AppendAsync(NameOf(dataset), "more", [await cluster.CaseAsync($"{NameOf(dataset)}-new", split: Split.Train)]);
        await Eventually.HoldsAsync(() => more.GetAsync(), s => s.Version == 2);
        var second = await ReachesAsync(await CreatedAsync(model, dataset, autoPromote: true), UpdateState.Promoted);

        Assert.NotEqual(first.Branches[0].Run, second.Branches[0].Run);
        Assert.Equal(new PinnedDataset(dataset, 2), Assert.Single(second.Branches).Dataset);
        var branch = Assert.Single((await Model(model).ResolveAsync(null)).Content.Branches);
        Assert.Equal((new PinnedDataset(dataset, 2), second.Branches[0].Learned!.Package.Sha256), (branch.Dataset, branch.Package.Sha256));
        Assert.All(second.Certificate!.Probes, p => Assert.Equal(old, p.Group));
        Assert.Contains(
            $"The prompt group '{NameOf(dataset)}' is learned anew with more cases; it is measured, not compared by bits.", second.Certificate.Remarks);
        var learned = cluster.Workers.Orders.OfType<TrainOrder>().Last(o => o.Branch?.Dataset.Dataset == dataset);
        Assert.Equal(new PinnedDataset(dataset, 2), learned.Branch!.Dataset);
    }

    [Fact]
    public async Task A_model_grows_on_though_a_dataset_of_its_trunk_was_withdrawn()
    {
        var (model, old) = await _script.ModelAsync();
        var first = await _script.DatasetAsync();
        await ReachesAsync(await CreatedAsync(model, first, autoPromote: true), UpdateState.Promoted);
        await cluster.Dataset(old).WithdrawAsync(retireTrunks: false, deleteBlobs: false);

        var added = await _script.DatasetAsync();
        var status = await ReachesAsync(await CreatedAsync(model, added), UpdateState.Certified);

        Assert.Equal(
            new[] { (old, added), (NameOf(first), first) }.Order(), status.Certificate!.Probes.Select(p => (p.Group, p.Case[..p.Case.LastIndexOf('/')])).Distinct().Order());
        Assert.Contains($"The prompt group '{old}' has no cases on this platform, so it was asked about those of {added}.", status.Certificate.Remarks);
    }

    [Fact]
    public async Task A_cancel_ends_the_run_and_a_resume_goes_on()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var begun = new TaskCompletionSource();
        var script = cluster.Workers.Branches[dataset];
        cluster.Workers.Branches[dataset] = async (_, _, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
        };
        var update = await CreatedAsync(model, dataset);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(UpdateState.Cancelled, (await Update(update).CancelAsync("stop")).State);
        var run = (await Update(update).GetAsync()).Branches[0].Run;
        await cluster.ReachesAsync(run, RunState.Cancelled);
        cluster.Workers.Branches[dataset] = script;
        await Update(update).ResumeAsync("go on");

        Assert.Equal(run, (await ReachesAsync(update, UpdateState.Certified)).Branches[0].Run);
    }

    [Fact]
    public async Task Updates_that_learn_the_same_share_its_run_and_the_last_to_be_cancelled_ends_it()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var script = cluster.Workers.Branches[dataset];
        var release = new TaskCompletionSource();
        cluster.Workers.Branches[dataset] = async (order, say, stop) =>
        {
            await release.Task.WaitAsync(stop);
            await script(order, say, stop);
        };
        var (first, second, third) = (await CreatedAsync(model, dataset), await CreatedAsync(model, dataset), await CreatedAsync(model, dataset));
        var run = (await Eventually.HoldsAsync(() => Update(first).GetAsync(), s => s.Branches.Count > 0)).Branches[0].Run;
        var grain = cluster.Grains.GetGrain<IRunGrain>(run);
        await Eventually.HoldsAsync(() => grain.GetAsync(), s => s is { State: RunState.Running, Updates.Count: 3 });

        await Update(first).CancelAsync("stop");
        await Update(second).CancelAsync("stop");
        Assert.Equal(RunState.Running, (await Eventually.HoldsAsync(() => grain.GetAsync(), s => s.Updates.Count == 1)).State);
        await Update(third).CancelAsync("stop");
        await cluster.ReachesAsync(run, RunState.Cancelled);

        release.SetResult();
        await Update(second).ResumeAsync("go on");
        await ReachesAsync(second, UpdateState.Certified);
    }

    [Fact]
    public async Task A_run_that_fails_fails_the_update_with_its_cause_and_a_resume_tries_again()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var script = cluster.Workers.Branches[dataset];
        cluster.Workers.Branches[dataset] = (_, say, _) =>
        {
            say(ScriptedWorkers.Report(new TrainReport { Failed = new Failure("There was not enough memory.", Hint: "Use a larger machine.") }));
            return Task.CompletedTask;
        };
        var update = await CreatedAsync(model, dataset);

        var cause = (await ReachesAsync(update, UpdateState.Failed)).Cause!;
        Assert.Contains("There was not enough memory.", cause.Message, StringComparison.Ordinal);
        Assert.Equal("Use a larger machine.", cause.Hint);

        cluster.Workers.Branches[dataset] = script;
        await Update(update).ResumeAsync("again");
        await ReachesAsync(update, UpdateState.Certified);
    }

    [Theory]
    [InlineData(UpdatePolicy.Priors)]
    [InlineData(UpdatePolicy.Branch)]
    [InlineData(UpdatePolicy.Decoder)]
    [InlineData(UpdatePolicy.Full)]
    public async Task What_no_device_can_hold_is_refused_with_both_numbers_because_it_learns_as_its_trunk_did(UpdatePolicy policy)
    {
        var own = new HermesCluster { Memory = 2L << 30 };
        await own.InitializeAsync();
        try
        {
            var script = new GrowthScript(own);
            var (small, _) = await script.ModelAsync();
            var (large, _) = await script.ModelAsync(configuration: TrainingConfiguration.Preset("hermes-r"));
            var dataset = await script.DatasetAsync();
            UpdateRequest Of(string model) => new() { Model = model, Datasets = [dataset], Steps = 4, Policy = policy };

            await own.Grains.GetGrain<IUpdateGrain>("small").CreateAsync("create", Of(small));
            await own.Grains.GetGrain<IUpdateGrain>("large").CreateAsync("create", Of(large));
            var refused = await Eventually.HoldsAsync(() => own.Grains.GetGrain<IUpdateGrain>("large").GetAsync(), s => s.State == UpdateState.Failed);
            await Eventually.HoldsAsync(() => own.Grains.GetGrain<IUpdateGrain>("small").GetAsync(), s => s.Certificate is not null);

            Assert.Matches($@"^No device can hold this training\. It needs about [\d.]+ GiB; the largest device, {own.Device}, has 2\.0 GiB\.$", refused.Cause!.Message);
            Assert.Contains("a device with more memory", refused.Cause.Hint, StringComparison.Ordinal);
            var order = own.Workers.Orders.OfType<TrainOrder>().First(o => o is { Branch: not null } or { Trunk: not null });
            Assert.Equal(TrainingConfiguration.Preset("tiny").WithSteps(4).ToJson(), order.Configuration);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_branch_whose_blob_is_gone_is_not_served()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var first = await ReachesAsync(await CreatedAsync(model, dataset), UpdateState.Certified);
        await cluster.Blobs.DeleteAsync(first.Branches[0].Learned!.Package);

        var again = await ReachesAsync(await CreatedAsync(model, dataset), UpdateState.Failed);

        Assert.Contains("is gone or damaged", again.Cause!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_grown_is_refused_before_anything_begins()
    {
        var (model, old) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();

        Assert.Contains("already", await RefusalAsync(new UpdateRequest { Model = model, Datasets = [$"local/{old}"], Steps = 4 }), StringComparison.Ordinal);
        Assert.Contains("no version '7'", await RefusalAsync(new UpdateRequest { Model = model, Version = "7", Datasets = [dataset], Steps = 4 }), StringComparison.Ordinal);
        Assert.Contains("There is no model", await RefusalAsync(new UpdateRequest { Model = "nobody", Datasets = [dataset], Steps = 4 }), StringComparison.Ordinal);
        Assert.Contains("There is no dataset", await RefusalAsync(new UpdateRequest { Model = model, Datasets = ["local/nothing"], Steps = 4 }), StringComparison.Ordinal);
        Assert.Contains("does not know the task", await RefusalAsync(new UpdateRequest { Model = model, Datasets = [dataset], Steps = 4, InitialTask = "x/y" }), StringComparison.Ordinal);
        Assert.Contains("at least one", await RefusalAsync(new UpdateRequest { Model = model, Datasets = [], Steps = 4 }), StringComparison.Ordinal);
        Assert.Contains("is not known", await RefusalAsync(new UpdateRequest { Model = model, Datasets = [dataset] }), StringComparison.Ordinal);

        async Task<string> RefusalAsync(UpdateRequest request)
        {
            var update = NewUpdate();
            var refusal = await Assert.ThrowsAsync<HermesException>(() => update.CreateAsync("c", request));
            Assert.Equal(UpdateState.Absent, (await update.GetAsync()).State);
            return refusal.Message;
        }
    }

    private IUpdateGrain NewUpdate() => Update(cluster.NewName("update"));

    private IUpdateGrain Update(string name) => cluster.Grains.GetGrain<IUpdateGrain>(name);

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private async Task<UpdateStatus> ReachesAsync(string update, UpdateState state)
    {
        var ended = await Eventually.HoldsAsync(
            () => Update(update).GetAsync(), s => s.State == state || s.State is UpdateState.Failed or UpdateState.Rejected or UpdateState.Promoted);
        Assert.True(ended.State == state, $"{ended.State}: {ended.Cause?.Message}");
        return ended;
    }

    private static string NameOf(string dataset) => dataset.Split('/')[1];

    private async Task<string> CreatedAsync(string model, string dataset, bool autoPromote = false, long seed = 0)
    {
        var update = cluster.NewName("update");
        await Update(update).CreateAsync("create", new UpdateRequest { Model = model, Datasets = [dataset], Steps = 4, AutoPromote = autoPromote, Seed = seed });
        return update;
    }
}
