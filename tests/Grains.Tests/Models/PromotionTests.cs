using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Models;

/// <summary>A version is a trunk and a set of branches: the order in which they came does not show, and what is taken out was never there.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PromotionTests(HermesCluster cluster)
{
    [Fact]
    public async Task Branches_in_any_order_make_the_same_version()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        string[] names = ["d", "e", "f", "g"];
        var branches = await Task.WhenAll(names.Select(name => BranchAsync(content, name)));
        var digests = new HashSet<string>();
        foreach (var order in Orders(branches))
        {
            var model = await TrunkAsync(content);
            foreach (var branch in order)
            {
                await model.PromoteAsync(branch.Group.Name, [branch]);
                // Delivered twice, it is done once.
                await model.PromoteAsync(branch.Group.Name, [branch]);
            }

            var status = await model.GetAsync();
            Assert.Equal([1, 2, 3, 4, 5], status.Versions.Select(v => v.Version));
            digests.Add((await model.ResolveAsync(null)).Content.Digest());
        }

        Assert.Single(digests);
    }

    [Fact]
    public async Task The_digest_of_a_version_is_frozen()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        content = content with { Package = content.Package with { Sha256 = new string('a', 64) } };
        var branch = await BranchAsync(content, "d");
        ModelBranch[] branches = [.. "cb".Select(digest => branch with { Package = branch.Package with { Sha256 = new string(digest, 64) } })];

        Assert.Equal(Digest("model version/1", new string('a', 64), "0"), content.Digest());
        Assert.Equal(
            Digest("model version/1", new string('a', 64), "2", new string('b', 64), new string('c', 64)),
            (content with { Branches = branches, Score = 0.5, Network = "another word" }).Digest());

        // The words, put together without the code that is tested.
        static string Digest(params string[] words) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            System.Text.Encoding.UTF8.GetBytes(string.Concat(words.Select(w => $"{w.Length}:{w}\n")))));
    }

    [Fact]
    public async Task Withdrawing_gives_the_version_that_never_had_the_dataset()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var (d, e) = (await BranchAsync(content, "d"), await BranchAsync(content, "e"));
        var model = await TrunkAsync(content);
        await model.PromoteAsync("d", [d]);
        await model.PromoteAsync("e", [e]);

        var left = (await model.WithdrawAsync("out", d.Dataset.Dataset))!;
        await cluster.LoseAsync(model);

        var other = await TrunkAsync(content);
        Assert.Equal((await other.PromoteAsync("e", [e])).Content.Digest(), left.Content.Digest());
        Assert.Equal(left.Version, (await model.ResolveAsync(null)).Version);
        Assert.Equal(left.Version, (await model.WithdrawAsync("out", d.Dataset.Dataset))!.Version);
        Assert.Equal(left.Version, (await model.WithdrawAsync("again", d.Dataset.Dataset))!.Version);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => model.ResolveAsync("3"));
        Assert.Contains("whose dataset local/d was withdrawn", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("not taken back", (await Assert.ThrowsAsync<HermesException>(() => model.RollbackAsync("undo", "out"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_branch_out_leaves_the_first_version()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        await model.PromoteAsync("d", [await BranchAsync(content, "d")]);

        Assert.Equal(1, (await model.WithdrawAsync("out", "local/d"))!.Version);
        Assert.Equal(2, (await model.GetAsync()).Versions.Count);
    }

    [Fact]
    public async Task A_withdrawn_dataset_does_not_come_back_by_a_promotion_or_a_rollback_and_the_same_branch_of_another_does()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var d = await BranchAsync(content, "d");
        var model = await TrunkAsync(content);
        await model.PromoteAsync("first", [d]);
        await model.PromoteAsync("grown", [await BranchAsync(content, "d", 2)]);
        await model.WithdrawAsync("out", "local/d");

        Assert.Contains("local/d, which was withdrawn", (await Assert.ThrowsAsync<HermesException>(() => model.PromoteAsync("late", [d]))).Message, StringComparison.Ordinal);
        Assert.Contains("is not live any more", (await Assert.ThrowsAsync<HermesException>(() => model.RollbackAsync("undo", "grown"))).Message, StringComparison.Ordinal);
        Assert.Equal(4, (await model.PromoteAsync("other", [d with { Package = await PackageAsync("learned elsewhere"), Dataset = new PinnedDataset("other/d", 1) }])).Version);
    }

    [Fact]
    public async Task New_cases_replace_the_branch_of_their_group_and_a_rollback_brings_the_old_one_back()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var (old, e, grown) = (await BranchAsync(content, "d"), await BranchAsync(content, "e"), await BranchAsync(content, "d", 2));
        var model = await TrunkAsync(content);
        await model.PromoteAsync("old", [old]);
        await model.PromoteAsync("grown", [grown]);
        await model.PromoteAsync("e", [e]);

        var back = await model.RollbackAsync("undo", "grown");

        Assert.Equal([.. new[] { old, e }.Select(b => b.Package.Sha256).Order(StringComparer.Ordinal)], back.Content.Branches.Select(b => b.Package.Sha256));
        Assert.Equal(back.Version, (await model.RollbackAsync("undo", "grown")).Version);
        Assert.Contains("no promotion 'grown'", (await Assert.ThrowsAsync<HermesException>(() => model.RollbackAsync("twice", "grown"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollbacks_without_a_name_take_back_one_promotion_after_the_other_to_the_trunk()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        await model.PromoteAsync("d", [await BranchAsync(content, "d")]);
        await model.PromoteAsync("e", [await BranchAsync(content, "e")]);

        Assert.Equal(2, (await model.RollbackAsync("1", null)).Version);
        Assert.Equal(1, (await model.RollbackAsync("2", null)).Version);
        Assert.Contains("first version", (await Assert.ThrowsAsync<HermesException>(() => model.RollbackAsync("3", null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_update_of_the_same_name_as_a_run_is_another_promotion()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);

        Assert.Equal(2, (await model.PromoteAsync("trunk", [await BranchAsync(content, "d")])).Version);
        Assert.Equal(1, (await model.RollbackAsync("undo", "trunk")).Version);
        Assert.Contains("first version", (await Assert.ThrowsAsync<HermesException>(() => model.RollbackAsync("again", "trunk"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_replaced_since_is_not_taken_back()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        await model.PromoteAsync("old", [await BranchAsync(content, "d")]);
        await model.PromoteAsync("new", [await BranchAsync(content, "d", 2)]);

        Assert.Contains("is not live any more", (await Assert.ThrowsAsync<HermesException>(() => model.RollbackAsync("undo", "old"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_of_another_trunk_or_of_a_group_of_the_trunk_is_refused()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        var stranger = await BranchAsync(await new TrainingScript(cluster).ContentAsync(), "d");

        Assert.Contains("learned on another trunk", await RefusalAsync(stranger), StringComparison.Ordinal);
        Assert.Contains("was trained with the prompt group 'a'", await RefusalAsync(await BranchAsync(content, "a")), StringComparison.Ordinal);
        Assert.Single((await model.GetAsync()).Versions);

        async Task<string> RefusalAsync(ModelBranch branch) => (await Assert.ThrowsAsync<HermesException>(() => model.PromoteAsync("x", [branch]))).Message;
    }

    [Fact]
    public async Task A_new_trunk_without_the_groups_of_branches_is_a_candidate_and_one_with_them_is_live()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        await model.PromoteAsync("d", [await BranchAsync(content, "d")]);
        var next = await new TrainingScript(cluster).ContentAsync();

        await model.PublishAsync("without", next, []);
        var status = await model.GetAsync();
        Assert.Equal((2, 3), (status.Aliases[IModelGrain.LiveAlias], status.Aliases[IModelGrain.CandidateAlias]));

        await model.PublishAsync("with", next with { PromptGroups = [.. next.PromptGroups, new PromptGroup("d", "ct", [new PromptLabel(1, "d/cyst")])] }, []);
        Assert.Equal(4, (await model.ResolveAsync(null)).Version);

        Assert.Equal(2, (await model.RollbackAsync("undo", null)).Version);
    }

    [Fact]
    public async Task A_candidate_becomes_live_when_every_group_that_would_vanish_is_named_and_a_rollback_takes_it_back()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        await model.PromoteAsync("d", [await BranchAsync(content, "d")]);
        await model.PublishAsync("next", await new TrainingScript(cluster).ContentAsync(), []);

        Assert.Contains("@2 answers d, which", (await RefusalAsync([])).Message, StringComparison.Ordinal);
        Assert.Equal(Remedy.DropGroups, (await RefusalAsync([])).Remedy);
        Assert.Contains("'a' would not go", (await RefusalAsync(["d", "a"])).Message, StringComparison.Ordinal);
        Assert.Equal(2, (await model.ResolveAsync(null)).Version);

        Assert.Equal(3, (await model.MakeLiveAsync("make", IModelGrain.CandidateAlias, ["d"])).Version);
        Assert.Equal(3, (await model.MakeLiveAsync("make", IModelGrain.CandidateAlias, ["d"])).Version);
        Assert.Equal(PromotionKind.Trunk, (await model.GetAsync()).Promotions[^1].Kind);
        Assert.Equal(2, (await model.RollbackAsync("undo", null)).Version);

        Task<HermesException> RefusalAsync(string[] drop) => Assert.ThrowsAsync<HermesException>(() => model.MakeLiveAsync("make", IModelGrain.CandidateAlias, drop));
    }

    [Fact]
    public async Task An_older_version_of_the_same_trunk_drops_branches_which_a_rollback_brings_back()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var model = await TrunkAsync(content);
        await model.PromoteAsync("d", [await BranchAsync(content, "d")]);
        await model.PromoteAsync("e", [await BranchAsync(content, "e")]);

        Assert.Equal(1, (await model.MakeLiveAsync("bare", "1", ["d", "e"])).Version);
        Assert.Equal(["d", "e"], (await model.GetAsync()).Promotions[^1].Removed.Select(b => b.Group.Name).Order());
        var newer = await BranchAsync(content, "d", 2);
        await model.PromoteAsync("newer", [newer]);

        var back = await model.RollbackAsync("undo", "bare");
        Assert.Equal(["d", "e"], back.Content.Groups().Select(g => g.Name).Except(content.PromptGroups.Select(g => g.Name)));
        Assert.Contains(newer.Package, back.Content.Branches.Select(b => b.Package));
    }

    private async Task<IModelGrain> TrunkAsync(ModelVersionContent content)
    {
        var model = cluster.Grains.GetGrain<IModelGrain>(cluster.NewName("model"));
        await model.PublishAsync("trunk", content, []);
        return model;
    }

    private async Task<ModelBranch> BranchAsync(ModelVersionContent trunk, string name, int version = 1) => new()
    {
        Package = await PackageAsync($"branch {name} {version}"),
        Trunk = trunk.Package.Sha256,
        Group = new PromptGroup(name, "ct", [new PromptLabel(1, $"{name}/cyst")]),
        Tasks = [$"{name}/cyst"],
        Modalities = [],
        Policy = BranchPolicy.Branch,
        Dataset = new PinnedDataset($"local/{name}", version),
        Parameters = 12,
    };

    private async Task<BlobRef> PackageAsync(string content) => await cluster.Blobs.PutJsonAsync(content) with { MediaType = MediaTypes.Safetensors };

    private static IEnumerable<T[]> Orders<T>(T[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany((first, i) => Orders<T>([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[first, .. rest]));
}
