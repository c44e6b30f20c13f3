using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Updates;

/// <summary>A new trunk is measured before it is served: what an old task lost is shown, and too much is refused.</summary>
[Collection(ClusterCollection.Name)]
public sealed class TrunkUpdateTests(HermesCluster cluster)
{
    /// <summary>A fifth of them is held apart.</summary>
    private const int Cases = 30;

    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task A_new_trunk_that_loses_little_becomes_live_with_all_groups_in_it()
    {
        var (model, old) = await ModelAsync(after: 0.795);
        var dataset = await _script.DatasetAsync();

        var update = await CreatedAsync(model, dataset, r => r with { AutoPromote = true, Baseline = true });
        var status = await ReachesAsync(update, UpdateState.Promoted);

        var live = await Model(model).ResolveAsync(null);
        Assert.Equal((2, 2, 0), (status.PromotedVersion, live.Version, live.Content.Branches.Count));
        Assert.Equal(new[] { old, NameOf(dataset) }.Order(StringComparer.Ordinal), live.Content.PromptGroups.Select(g => g.Name).Order(StringComparer.Ordinal));
        Assert.Equal([TrunkScope.Full, TrunkScope.Fresh], status.Trunks.Select(t => t.Scope));
        var certificate = status.Certificate!;
        Assert.Equal((live.Content.Package.Sha256, 0.01, false), (certificate.NewTrunk, certificate.Tolerance, certificate.NeedsAcceptance));
        var change = Assert.Single(certificate.Changes);
        Assert.Equal((old, $"{old}/liver", 6), (change.Group, change.Task, change.Cases));
        Assert.Equal((0.8, 0.795, -0.005), (Math.Round(change.Before, 6), Math.Round(change.After, 6), Math.Round(change.LowerBound!.Value, 6)));
        Assert.All(certificate.NewTasks, t => Assert.Equal((0.5, 0.5), (t.Dice, t.Baseline)));

        await Model(model).RollbackAsync("back", update);
        Assert.Equal(1, (await Model(model).ResolveAsync(null)).Version);
    }

    [Fact]
    public async Task A_new_trunk_that_loses_more_than_the_tolerance_is_rejected_and_the_task_named()
    {
        var (model, old) = await ModelAsync(after: 0.7);

        var status = await ReachesAsync(await CreatedAsync(model, await _script.DatasetAsync(), r => r with { AutoPromote = true }), UpdateState.Rejected);

        Assert.Contains($"{old}/liver goes from 0.800 to 0.700 (-0.100, at least -0.100 with 95 % confidence), which is beyond the tolerance of 0.01", status.Cause!.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Model(model).ResolveAsync(null)).Version);
        await ReachesAsync(await CreatedAsync(model, await _script.DatasetAsync(), r => r with { Tolerance = 0.2 }), UpdateState.Certified);
    }

    [Fact]
    public async Task Too_few_cases_for_a_statement_wait_for_a_person_and_the_certificate_says_so()
    {
        var (model, old) = await ModelAsync(after: 0.9, cases: 10);
        var update = await CreatedAsync(model, await _script.DatasetAsync(), r => r with { AutoPromote = true, Policy = UpdatePolicy.Decoder });

        var status = await Eventually.HoldsAsync(() => Update(update).GetAsync(), s => s is { State: UpdateState.Certified, Cause: not null });

        Assert.Equal((true, true, Remedy.AcceptUpdate), (status.Certificate!.IsGranted, status.Certificate.NeedsAcceptance, status.Cause!.Remedy));
        Assert.Contains($"{old}/liver occurs in 2 cases", string.Join(' ', status.Certificate.Remarks), StringComparison.Ordinal);
        Assert.Contains("a person must accept", (await Assert.ThrowsAsync<HermesException>(() => Update(update).PromoteAsync())).Message, StringComparison.Ordinal);
        var promoted = await Update(update).PromoteAsync(accept: true);
        Assert.Equal(UpdateState.Promoted, promoted.State);
        Assert.NotNull(promoted.Certificate!.Accepted);
        Assert.Equal(TrunkScope.Decoder, promoted.Trunks[0].Scope);
    }

    [Fact]
    public async Task Branches_that_were_promoted_since_are_learned_on_the_new_trunk_before_it_is_served()
    {
        var (model, _) = await ModelAsync(after: 0.8);
        var (retrained, later) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        var update = await CreatedAsync(model, retrained);
        await ReachesAsync(update, UpdateState.Certified);
        var branch = await CreatedAsync(model, later, r => r with { Policy = UpdatePolicy.Branch, AutoPromote = true });
        await ReachesAsync(branch, UpdateState.Promoted);

        Assert.Equal(UpdateState.Training, (await Update(update).PromoteAsync()).State);
        var certified = await ReachesAsync(update, UpdateState.Certified);
        await Update(update).PromoteAsync();

        var live = await Model(model).ResolveAsync(null);
        Assert.Equal(certified.Certificate!.NewTrunk, live.Content.Package.Sha256);
        var again = Assert.Single(live.Content.Branches);
        Assert.Equal((NameOf(later), live.Content.Package.Sha256), (again.Group.Name, again.Trunk));
        Assert.Contains(certified.Certificate.NewTasks, t => t.Task == $"{NameOf(later)}/liver");
    }

    [Fact]
    public async Task Of_two_new_trunks_the_second_learns_on_from_the_first()
    {
        var (model, _) = await ModelAsync(after: 0.8);
        var (one, other) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        var (first, second) = (await CreatedAsync(model, one), await CreatedAsync(model, other));
        await ReachesAsync(first, UpdateState.Certified);
        await ReachesAsync(second, UpdateState.Certified);
        await Update(first).PromoteAsync();

        Assert.True((await Update(second).PromoteAsync()).State is UpdateState.Growing or UpdateState.Training);
        await ReachesAsync(second, UpdateState.Certified);
        var status = await Update(second).PromoteAsync(accept: true);

        Assert.Equal((2, 3), (status.BaseVersion, status.PromotedVersion));
        Assert.Equal(3, (await Model(model).ResolveAsync(null)).Content.PromptGroups.Count);
    }

    [Fact]
    public async Task Branches_before_are_part_of_the_new_trunk()
    {
        var (model, old) = await ModelAsync(after: 0.8);
        var (before, now) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        await ReachesAsync(await CreatedAsync(model, before, r => r with { Policy = UpdatePolicy.Branch, AutoPromote = true }), UpdateState.Promoted);

        var status = await ReachesAsync(await CreatedAsync(model, now), UpdateState.Certified);

        Assert.Equal(new[] { $"local/{old}", before, now }.Order(StringComparer.Ordinal), status.Trunks[0].Datasets.Select(d => d.Dataset));
        Assert.True(status.Certificate!.NeedsAcceptance);
        await Update(status.Name).PromoteAsync(accept: true);
        var live = await Model(model).ResolveAsync(null);
        Assert.Equal((0, 3), (live.Content.Branches.Count, live.Content.PromptGroups.Count));
    }

    [Fact]
    public async Task A_dataset_that_was_withdrawn_since_is_left_out_of_the_new_trunk_before_it_is_served()
    {
        var (model, old) = await ModelAsync(after: 0.8);
        var (before, now) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        await ReachesAsync(await CreatedAsync(model, before, r => r with { Policy = UpdatePolicy.Branch, AutoPromote = true }), UpdateState.Promoted);
        var update = await CreatedAsync(model, now);
        var first = await ReachesAsync(update, UpdateState.Certified);
        await cluster.Grains.GetGrain<IDatasetGrain>(before).WithdrawAsync(retireTrunks: false, deleteBlobs: false);
        await Eventually.HoldsAsync(() => Model(model).ResolveAsync(null), v => v.Content.Branches.Count == 0);

        Assert.True((await Update(update).PromoteAsync(accept: true)).State is UpdateState.Growing or UpdateState.Training);
        var again = await ReachesAsync(update, UpdateState.Certified);
        await Update(update).PromoteAsync(accept: true);

        Assert.NotEqual(first.Certificate!.NewTrunk, again.Certificate!.NewTrunk);
        var served = (await Model(model).ResolveAsync(null)).Content.Groups().Select(g => g.Name);
        Assert.Equal(new[] { old, NameOf(now) }.Order(StringComparer.Ordinal), served.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_update_that_learned_the_trunk_that_is_live_by_now_is_live_with_it()
    {
        var (model, _) = await ModelAsync(after: 0.8);
        var dataset = await _script.DatasetAsync();
        var (first, second) = (await CreatedAsync(model, dataset), await CreatedAsync(model, dataset));
        await ReachesAsync(first, UpdateState.Certified);
        await ReachesAsync(second, UpdateState.Certified);

        await Update(first).PromoteAsync();

        var status = await Update(second).PromoteAsync();
        Assert.Equal((UpdateState.Promoted, 2), (status.State, status.PromotedVersion));
        Assert.Equal(2, (await Model(model).ResolveAsync(null)).Version);
    }

    [Fact]
    public async Task What_only_branches_can_be_asked_for_is_refused_of_a_trunk()
    {
        var (model, old) = await ModelAsync(after: 0.8);
        var dataset = await _script.DatasetAsync();

        var refusal = await Assert.ThrowsAsync<HermesException>(() => CreatedAsync(model, dataset, r => r with { InitialTask = $"{old}/liver" }));
        Assert.Contains("is chosen for branches", refusal.Message, StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<HermesException>(() => CreatedAsync(model, dataset, r => r with { Tolerance = double.NaN }));
        Assert.Contains("a tolerance is a Dice", refusal.Message, StringComparison.Ordinal);
    }

    private IUpdateGrain Update(string name) => cluster.Grains.GetGrain<IUpdateGrain>(name);

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private static string NameOf(string dataset) => dataset.Split('/')[1];

    // The old group is answered with 0.8 by the trunk it was learned with, and otherwise by later ones.
    private async Task<(string Model, string Group)> ModelAsync(double after, int cases = Cases)
    {
        var (model, group) = await _script.ModelAsync(cases);
        var trunk = (await Model(model).ResolveAsync(null)).Content.Package;
        cluster.Workers.Groups[group] = (order, say, _) => _script.AnswerAsync(order, say, "an answer", dice: order.Requests[0].Package == trunk ? 0.8 : after);
        return (model, group);
    }

    private async Task<string> CreatedAsync(string model, string dataset, Func<UpdateRequest, UpdateRequest>? with = null)
    {
        var request = new UpdateRequest { Model = model, Datasets = [dataset], Steps = 4, Policy = UpdatePolicy.Full };
        var update = cluster.NewName("retrain");
        await Update(update).CreateAsync("create", with?.Invoke(request) ?? request);
        return update;
    }

    private async Task<UpdateStatus> ReachesAsync(string update, UpdateState state)
    {
        var status = await Eventually.HoldsAsync(() => Update(update).GetAsync(), s => s.State == state || s.State is UpdateState.Failed);
        Assert.True(status.State == state, status.Cause?.Message);
        return status;
    }
}
