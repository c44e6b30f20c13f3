using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Updates;

/// <summary>What cannot be grown from, learned, served or asked: a sentence that says why and what to do, and nothing begins.</summary>
[Collection(ClusterCollection.Name)]
public sealed class BadGrowthTests(HermesCluster cluster)
{
    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task An_update_from_a_version_that_is_not_there_or_was_taken_out_is_refused()
    {
        var (model, _) = await _script.ModelAsync();
        var (gone, more) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        await Model(model).PromoteAsync("gone", [await BranchAsync(model, gone)]);
        await Model(model).WithdrawAsync("out", gone);

        Assert.Contains("has no version '9'; it has versions 1 to 2", (await RefusalAsync("9")).Message, StringComparison.Ordinal);
        var withdrawn = await RefusalAsync("2");
        Assert.Contains($"holds the branch '{gone.Split('/')[1]}', whose dataset {gone} was withdrawn", withdrawn.Message, StringComparison.Ordinal);
        Assert.Equal("Ask the live version.", withdrawn.Hint);

        Task<HermesException> RefusalAsync(string version) => Assert.ThrowsAsync<HermesException>(
            () => Update().CreateAsync("c", new UpdateRequest { Model = model, Version = version, Datasets = [more], Steps = 3 }));
    }

    [Fact]
    public async Task A_dataset_that_was_refused_is_named_with_what_to_do()
    {
        var (model, _) = await _script.ModelAsync();
        var name = cluster.NewName("refused");
        var added = await cluster.AddAsync(name, "add", [await cluster.CaseAsync($"bad-{name}")]);
        await Eventually.HoldsAsync(() => added.GetAsync(), s => s.State == DatasetState.Refused);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => Update().CreateAsync("c", new UpdateRequest { Model = model, Datasets = [$"local/{name}"], Steps = 3 }));

        Assert.Contains($"Dataset 'local/{name}' was refused when it was added", refusal.Message, StringComparison.Ordinal);
        Assert.Equal((Remedy.ShowRefusals, $"local/{name}"), (refusal.Remedy, refusal.About));
    }

    [Fact]
    public async Task A_branch_whose_blob_or_trunk_is_gone_is_refused_by_name_and_one_that_is_damaged_fails_by_name()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        await Model(model).PromoteAsync("grown", [await BranchAsync(model, dataset)]);
        var live = await Model(model).ResolveAsync(null);
        var branch = live.Content.Branches[0];
        var request = new SegmentationRequest
        {
            Model = $"{model}@2",
            Package = live.Content.Package,
            Branch = branch.Package,
            Image = await cluster.UploadAsync(cluster.NewName("an image")),
            ImageFile = cluster.NewName("image"),
            Prompt = new DefinitePrompt { Group = branch.Group.Name, Modality = "ct", Tasks = branch.Tasks, Wanted = branch.Group.Labels },
        };
        // As a worker does: it loads nothing that is not what its name says.
        cluster.Workers.Segmentations[request.ImageFile] = async (order, say, stop) =>
        {
            var damage = await Assert.ThrowsAsync<HermesException>(() => cluster.Blobs.VerifyAsync(order.Requests[0].Branch!, stop));
            say(new() { Failed = Failure.Of(damage) });
        };

        var file = cluster.Blobs.TryGetLocalPath(branch.Package)!;
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, [.. bytes.Reverse()]);
        await Segmentation(request).AskAsync(request);
        var failed = await Eventually.HoldsAsync(() => Segmentation(request).GetAsync(), s => s.State == SegmentationState.Failed);
        Assert.Contains($"Blob {branch.Package.Sha256} was damaged", failed.Cause!.Message, StringComparison.Ordinal);
        Assert.Equal(Remedy.CheckBlobs, failed.Cause.Remedy);

        File.Delete(file);
        await AssertMissingAsync($"The branch {branch.Package.Sha256} of model {model}@2 is not on this platform.");
        await File.WriteAllBytesAsync(file, bytes);
        await cluster.Blobs.DeleteAsync(live.Content.Package);
        await AssertMissingAsync($"The package {live.Content.Package.Sha256} of model {model}@2 is not on this platform.");

        async Task AssertMissingAsync(string sentence)
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(() => Segmentation(request).AskAsync(request));
            Assert.Equal((sentence, Remedy.CheckBlobs), (refusal.Message, refusal.Remedy));
        }
    }

    private IUpdateGrain Update() => cluster.Grains.GetGrain<IUpdateGrain>(cluster.NewName("update"));

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private ISegmentationGrain Segmentation(SegmentationRequest request) => cluster.Grains.GetGrain<ISegmentationGrain>(request.Key());

    private async Task<ModelBranch> BranchAsync(string model, string dataset)
    {
        var name = dataset.Split('/')[1];
        return new ModelBranch
        {
            Package = await cluster.Blobs.PutJsonAsync($"branch of {name}") with { MediaType = MediaTypes.Safetensors },
            Trunk = (await Model(model).ResolveAsync(null)).Content.Package.Sha256,
            Group = new PromptGroup(name, "ct", [new PromptLabel(1, $"{name}/liver")]),
            Tasks = [$"{name}/liver"],
            Modalities = [],
            Policy = BranchPolicy.Branch,
            Dataset = new PinnedDataset(dataset, 1),
            Parameters = 12,
        };
    }
}
