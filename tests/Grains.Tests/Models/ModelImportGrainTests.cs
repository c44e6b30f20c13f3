using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Models;

[Collection(ClusterCollection.Name)]
public sealed class ModelImportGrainTests(HermesCluster cluster)
{
    [Fact]
    public async Task A_file_becomes_one_version_that_is_live_and_says_where_it_came_from()
    {
        var (request, content) = (await RequestAsync(), await new TrainingScript(cluster).ContentAsync());
        Script(request, content);

        var first = await EndAsync(request);
        var again = await EndAsync(request);

        var version = await Model(request).ResolveAsync(null);
        Assert.Equal((ImportState.Completed, 1, "ema_model_state_dict"), (first.State, first.Version, first.Taken));
        Assert.Equal(first, again);
        Assert.Equal(("", request.FileName, request.File.Sha256), (version.Run, version.Origin!.File, version.Origin.Sha256));
        Assert.Equal(content.Package, version.Content.Package);
        Assert.Empty(version.Datasets);
        Assert.Equal(PromotionKind.Trunk, Assert.Single((await Model(request).GetAsync()).Promotions).Kind);

        var row = Assert.Single(await cluster.Catalog.ListAsync(CatalogKinds.ModelImport, new CatalogFilter { Search = request.Key() }, 2, default));
        Assert.False(row.IsUnfinished);
    }

    [Fact]
    public async Task Tensors_that_do_not_fit_are_listed_and_nothing_becomes_of_the_file()
    {
        var request = await RequestAsync();
        TensorMismatch[] mismatches = [new("out.norm.bias", "missing", "Float32 [136]", ""), new("x", "unexpected", "", "Float32 [1]")];
        cluster.Workers.Imports[request.FileName] = (_, say, _) => Say(say, new ImportedModel { Mismatches = mismatches, Misfits = 2 });

        var failed = await EndAsync(request);

        Assert.Equal(ImportState.Failed, failed.State);
        Assert.Equal(mismatches, failed.Mismatches);
        Assert.Contains("2 tensors do not fit", failed.Cause!.Message, StringComparison.Ordinal);
        Assert.Contains("'out.norm.bias', which is missing", failed.Cause.Message, StringComparison.Ordinal);
        Assert.Equal(request.FileName, failed.Cause.File);
        Assert.Empty((await Model(request).GetAsync()).Versions);

        Script(request, await new TrainingScript(cluster).ContentAsync());
        Assert.Equal(ImportState.Completed, (await EndAsync(request)).State);
    }

    [Fact]
    public async Task A_worker_that_is_lost_is_asked_thrice()
    {
        var request = await RequestAsync();
        cluster.Workers.Imports[request.FileName] = (_, _, _) => throw ScriptedWorkers.Crash(134);

        var failed = await EndAsync(request);

        Assert.Contains($"while it read {request.FileName}, 3 times", failed.Cause!.Message, StringComparison.Ordinal);
        Assert.Equal(3, cluster.Workers.Orders.OfType<ImportOrder>().Count(o => o.Request == request));
    }

    [Fact]
    public async Task An_import_goes_on_after_its_silo_was_lost()
    {
        var (request, content) = (await RequestAsync(), await new TrainingScript(cluster).ContentAsync());
        var began = new TaskCompletionSource();
        cluster.Workers.Imports[request.FileName] = async (_, _, stop) =>
        {
            began.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
        };
        await Grain(request).AskAsync(request);
        await began.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Script(request, content);
        await cluster.LoseAsync(Grain(request));
        await Grain(request).WakeAsync();

        Assert.Equal(1, (await Eventually.HoldsAsync(() => Grain(request).GetAsync(), s => s.State == ImportState.Completed)).Version);
    }

    [Fact]
    public async Task What_would_make_an_answered_prompt_group_vanish_waits_as_the_candidate()
    {
        var (request, other) = (await RequestAsync(), await new TrainingScript(cluster).ContentAsync());
        await Model(request).PublishAsync("run", other with { PromptGroups = [new PromptGroup("mine", "ct", [new PromptLabel(1, "mine/x")])] }, []);
        Script(request, await new TrainingScript(cluster).ContentAsync());

        Assert.Equal(2, (await EndAsync(request)).Version);

        var model = await Model(request).GetAsync();
        Assert.Equal((1, 2), (model.Aliases[IModelGrain.LiveAlias], model.Aliases[IModelGrain.CandidateAlias]));
    }

    [Fact]
    public async Task What_was_learned_here_keeps_its_datasets_and_anything_else_learned_elsewhere()
    {
        var content = await new TrainingScript(cluster).ContentAsync();
        var (own, foreign) = (await BranchAsync(content, "own"), await BranchAsync(content, "foreign"));
        var home = cluster.Grains.GetGrain<IModelGrain>(cluster.NewName("model"));
        await home.PublishAsync("run", content, [new PinnedDataset("local/a", 3)]);
        await home.PromoteAsync("update", [own]);
        var request = await RequestAsync();
        var told = own with { Dataset = new PinnedDataset("local/pretended", 1) };
        cluster.Workers.Imports[request.FileName] = (order, say, _) => Say(say, new ImportedModel
        {
            Content = content with { Branches = [told, foreign] },
            Origin = new ModelOrigin(order.Request.FileName, order.Request.File.Sha256),
            Datasets = [new PinnedDataset("local/b", 1)],
        });

        await EndAsync(request);
        var version = await Model(request).ResolveAsync(null);

        Assert.Equal([new PinnedDataset("local/a", 3)], version.Datasets);
        Assert.Equal(["elsewhere/foreign", "local/own"], version.Content.Branches.Select(b => b.Dataset.Dataset).Order(StringComparer.Ordinal));

        var (another, unknown) = (await RequestAsync(), await new TrainingScript(cluster).ContentAsync());
        cluster.Workers.Imports[another.FileName] = (order, say, _) => Say(say, new ImportedModel
        {
            Content = unknown, Origin = new ModelOrigin(order.Request.FileName, order.Request.File.Sha256), Datasets = [new PinnedDataset("local/b", 2)],
        });
        await EndAsync(another);
        Assert.Equal([new PinnedDataset("elsewhere/b", 2)], (await Model(another).ResolveAsync(null)).Datasets);
    }

    [Fact]
    public async Task A_file_that_did_not_arrive_or_has_another_key_is_refused()
    {
        var request = await RequestAsync();
        var lost = request with { File = request.File with { Sha256 = new string('0', 64) } };

        Assert.Contains("did not arrive", (await Assert.ThrowsAsync<HermesException>(() => Grain(lost).AskAsync(lost))).Message, StringComparison.Ordinal);
        Assert.Contains("has the key", (await Assert.ThrowsAsync<HermesException>(() => Grain(request).AskAsync(lost))).Message, StringComparison.Ordinal);
        Assert.Equal(ImportState.Absent, (await Grain(lost).GetAsync()).State);
    }

    private async Task<ImportRequest> RequestAsync()
    {
        var name = cluster.NewName("import");
        return new ImportRequest { Model = name, File = await cluster.Blobs.PutJsonAsync(name) with { MediaType = MediaTypes.Torch }, FileName = $"{name}.pth" };
    }

    private async Task<ModelBranch> BranchAsync(ModelVersionContent trunk, string dataset) => new()
    {
        Package = await cluster.Blobs.PutJsonAsync($"{trunk.Package.Sha256}/{dataset}") with { MediaType = MediaTypes.Safetensors },
        Trunk = trunk.Package.Sha256,
        Group = new PromptGroup(dataset, "ct", [new PromptLabel(1, $"{dataset}/cyst")]),
        Tasks = [$"{dataset}/cyst"],
        Modalities = [],
        Policy = BranchPolicy.Branch,
        Dataset = new PinnedDataset($"local/{dataset}", 1),
        Parameters = 1,
    };

    private void Script(ImportRequest request, ModelVersionContent content) => cluster.Workers.Imports[request.FileName] = (order, say, _) => Say(say, new ImportedModel
    {
        Content = content, Origin = new ModelOrigin(order.Request.FileName, order.Request.File.Sha256), Taken = "ema_model_state_dict",
    });

    private static Task Say(Action<WorkerMessage> say, ImportedModel imported)
    {
        say(new WorkerMessage { Imported = imported });
        return Task.CompletedTask;
    }

    private IModelGrain Model(ImportRequest request) => cluster.Grains.GetGrain<IModelGrain>(request.Model);

    private IModelImportGrain Grain(ImportRequest request) => cluster.Grains.GetGrain<IModelImportGrain>(request.Key());

    private async Task<ImportStatus> EndAsync(ImportRequest request)
    {
        await Grain(request).AskAsync(request);
        return await Eventually.HoldsAsync(() => Grain(request).GetAsync(), s => s.State is ImportState.Completed or ImportState.Failed);
    }
}
