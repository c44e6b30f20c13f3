using System.Diagnostics;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;
using Hermes.Grains.Tests.Updates;

namespace Hermes.Grains.Tests.Datasets;

/// <summary>What is withdrawn is used no more, and what can be separated from the rest is as if it had never been there.</summary>
[Collection(ClusterCollection.Name)]
public sealed class WithdrawalTests(HermesCluster cluster)
{
    private static readonly TimeSpan Served = TimeSpan.FromSeconds(5);

    private readonly GrowthScript _script = new(cluster);

    [Fact]
    public async Task What_is_served_is_within_five_seconds_the_version_that_never_had_it()
    {
        var (model, _) = await _script.ModelAsync();
        var (gone, kept) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        await GrownAsync(model, kept);
        var never = (await Model(model).ResolveAsync(null)).Content.Digest();
        await GrownAsync(model, gone);

        var clock = Stopwatch.StartNew();
        await Dataset(gone).WithdrawAsync(retireTrunks: false, deleteBlobs: false);
        await Eventually.ReachesAsync(async () => (await Model(model).ResolveAsync(null)).Content.Digest(), never);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Served);
        Assert.Contains($"whose dataset {gone} was withdrawn", (await RefusalAsync(() => Model(model).ResolveAsync("3"))).Message, StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => Dataset(gone).GetAsync(), s => s is { State: DatasetState.Withdrawn, Withdrawal.IsDone: true, Uses.Count: 0 });
    }

    [Fact]
    public async Task It_is_refused_wherever_it_is_named_and_its_tasks_stay_registered()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var name = dataset.Split('/')[1];
        var certified = await CreatedAsync(model, dataset);
        await ReachesAsync(certified, UpdateState.Certified);

        await Dataset(dataset).WithdrawAsync(retireTrunks: false, deleteBlobs: false);
        await cluster.LoseAsync(Dataset(dataset));

        var withdrawn = $"Dataset '{dataset}' was withdrawn";
        foreach (var use in new Func<Task>[]
        {
            () => cluster.Run(cluster.NewName("run")).StartAsync("a", new RunRequest { Preset = "tiny", Datasets = [dataset] }),
            () => Update(cluster.NewName("update")).CreateAsync("a", new UpdateRequest { Model = model, Datasets = [dataset], Steps = 3 }),
            () => Update(certified).PromoteAsync(),
            () => Dataset(dataset).GetCasesAsync(0, 0),
            () => Dataset(dataset).BeginAppendAsync("more", HermesCluster.Declare(name), 1),
            () => Dataset(dataset).BeginAddAsync("anew", HermesCluster.Declare(name), 1),
            () => Dataset(dataset).CheckAddAsync(HermesCluster.Declare(name), 1),
        })
        {
            Assert.Contains(withdrawn, (await RefusalAsync(use)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).ListAsync()).Count(t => t.DeclaredBy == dataset));
        Assert.DoesNotContain(FaultyBus.Published.OfType<DatasetWithdrawn>().GroupBy(e => e.EventId), g => g.Select(e => e.At).Distinct().Count() > 1);
    }

    [Fact]
    public async Task Runs_and_updates_that_use_it_are_cancelled_and_cannot_be_resumed()
    {
        var (model, _) = await _script.ModelAsync();
        var dataset = await _script.DatasetAsync();
        var begun = new TaskCompletionSource();
        cluster.Workers.Branches[dataset] = async (_, _, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
        };
        var update = await CreatedAsync(model, dataset);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var run = (await Update(update).GetAsync()).Branches[0].Run;

        await Dataset(dataset).WithdrawAsync(retireTrunks: false, deleteBlobs: false);

        await cluster.ReachesAsync(run, RunState.Cancelled);
        await Eventually.HoldsAsync(() => Update(update).GetAsync(), s => s.State == UpdateState.Cancelled);
        Assert.Contains("was withdrawn", (await RefusalAsync(() => cluster.Run(run).ResumeAsync("on"))).Message, StringComparison.Ordinal);
        Assert.Contains("was withdrawn", (await RefusalAsync(() => Update(update).ResumeAsync("on"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trunk_that_learned_from_it_is_answered_until_it_is_retired_and_then_says_what_to_train()
    {
        var model = cluster.NewName("model");
        var (gone, left) = (await cluster.ReadyDatasetAsync(), await cluster.ReadyDatasetAsync());
        await Model(model).PublishAsync("first", await new TrainingScript(cluster).ContentAsync(), [new PinnedDataset(left, 1)]);
        await Model(model).PublishAsync("both", await new TrainingScript(cluster).ContentAsync(), [new PinnedDataset(gone, 1), new PinnedDataset(left, 1)]);

        await Dataset(gone).WithdrawAsync(retireTrunks: false, deleteBlobs: false);
        await Eventually.HoldsAsync(() => Model(model).GetAsync(), s => s.Withdrawn.Contains(gone));
        Assert.Equal(2, (await Model(model).ResolveAsync(null)).Version);

        await Dataset(gone).WithdrawAsync(retireTrunks: true, deleteBlobs: false);
        await Eventually.HoldsAsync(() => Model(model).GetAsync(), s => s.Retired.Contains(gone));
        await cluster.LoseAsync(Model(model));

        var refusal = await RefusalAsync(() => Model(model).ResolveAsync(null));
        Assert.Contains($"Nothing of model '{model}' is live: {model}@2 is retired, because its trunk learned from {gone}", refusal.Message, StringComparison.Ordinal);
        Assert.Equal($"Train a trunk on what is left of its datasets: {left}.", refusal.Hint);
        Assert.Contains($"{model}@2 is retired", (await RefusalAsync(() => Model(model).ResolveAsync("2"))).Message, StringComparison.Ordinal);
        Assert.Contains($"Nothing of model '{model}' is live", (await RefusalAsync(() => Model(model).RollbackAsync("undo", null))).Message, StringComparison.Ordinal);
        Assert.Contains("is retired", (await RefusalAsync(() => Model(model).MakeLiveAsync("again", "2", []))).Message, StringComparison.Ordinal);
        Assert.Equal(1, (await Model(model).MakeLiveAsync("back", "1", [])).Version);
        Assert.Contains("is retired", (await RefusalAsync(() => CreatedAsync(model, left, "2"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_blobs_go_with_what_was_learned_and_answered_from_them_and_nothing_else_does()
    {
        var (model, _) = await _script.ModelAsync();
        var (gone, kept) = (await _script.DatasetAsync(), await _script.DatasetAsync());
        await GrownAsync(model, kept);
        await GrownAsync(model, gone);
        var live = await Model(model).ResolveAsync(null);
        var cases = await Dataset(gone).GetCasesAsync(0, 0);
        var branch = live.Content.Branches.Single(b => b.Dataset.Dataset == gone);
        var question = Question(live, branch, cases[0].Facts.Image);
        await AskedAsync(question);
        BlobRef[] doomed = [cases[0].Facts.Image, cases[^1].Facts.Label!, branch.Package, .. cluster.PagesOf(gone)];

        await Dataset(gone).WithdrawAsync(retireTrunks: false, deleteBlobs: true);
        await cluster.LoseAsync(Dataset(gone));
        var done = await Eventually.HoldsAsync(() => Dataset(gone).GetAsync(), s => s.Withdrawal is { IsDone: true });

        Assert.All(doomed, blob => Assert.Null(cluster.Blobs.TryGetLocalPath(blob)));
        Assert.InRange(done.Withdrawal!.Blobs, doomed.Length + 8, 100);
        Assert.True(done.Withdrawal is { Bytes: > 0, Questions: > 0 });
        Assert.Equal(SegmentationState.Absent, (await Segmentation(question).GetAsync()).State);
        Assert.DoesNotContain(await cluster.Catalog.ListAsync("segmentation", new CatalogFilter(), 10_000, default), row => row.Key == question.Key());
        Assert.All(await Dataset(kept).GetCasesAsync(0, 0), c => Assert.NotNull(cluster.Blobs.TryGetLocalPath(c.Facts.Image)));
        var left = await Model(model).ResolveAsync(null);
        Assert.All(left.Content.Branches.Select(b => b.Package).Append(left.Content.Package), blob => Assert.NotNull(cluster.Blobs.TryGetLocalPath(blob)));
        Assert.Equal(3, (await Model(model).GetAsync()).Versions.Count);
        await Dataset(gone).WithdrawAsync(retireTrunks: true, deleteBlobs: true);
        var retired = await Eventually.HoldsAsync(() => Dataset(gone).GetAsync(), s => s.Withdrawal is { IsDone: true, RetiresTrunks: true });
        Assert.Equal(done.Withdrawal.Blobs, retired.Withdrawal!.Blobs);
        Assert.Contains("is not on this platform", (await RefusalAsync(() => Segmentation(question).AskAsync(question))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_another_dataset_has_too_are_kept()
    {
        var (one, two) = (cluster.NewName("one"), cluster.NewName("two"));
        foreach (var name in new[] { one, two })
        {
            var added = await cluster.AddAsync(name, "add", [await cluster.CaseAsync($"both of {one}")]);
            await Eventually.HoldsAsync(() => added.GetAsync(), s => s.State == DatasetState.Ready);
        }

        await cluster.Dataset(one).WithdrawAsync(retireTrunks: false, deleteBlobs: true);
        var done = await Eventually.HoldsAsync(() => cluster.Dataset(one).GetAsync(), s => s.Withdrawal is { IsDone: true });

        Assert.True(done.Withdrawal!.Shared >= 2, $"{done.Withdrawal}");
        Assert.All(await cluster.Dataset(two).GetCasesAsync(0, 0), c => Assert.NotNull(cluster.Blobs.TryGetLocalPath(c.Facts.Image)));
    }

    [Fact]
    public async Task A_withdrawal_in_the_midst_of_an_append_ends_it_and_what_is_no_dataset_cannot_be_withdrawn()
    {
        var dataset = await _script.DatasetAsync();
        var name = dataset.Split('/')[1];
        cluster.Workers.Gates[$"{name}-late.nii.gz"] = new TaskCompletionSource();
        await cluster.AppendAsync(name, "more", [await cluster.CaseAsync($"{name}-late")]);

        var status = await Dataset(dataset).WithdrawAsync(retireTrunks: false, deleteBlobs: true);

        Assert.Equal((DatasetState.Withdrawn, 1), (status.State, status.ProblemCount));
        await Eventually.HoldsAsync(() => Dataset(dataset).GetAsync(), s => s.Withdrawal is { IsDone: true });
        Assert.Contains("There is no dataset", (await RefusalAsync(() => Dataset("local/nothing").WithdrawAsync(false, false))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_system_says_was_withdrawn_is()
    {
        var dataset = await _script.DatasetAsync();

        await cluster.Bus.PublishAsync(new DatasetWithdrawn
        {
            EventId = cluster.NewName("consent"), At = default, Subject = dataset, Actor = "consent office", Dataset = dataset,
        });

        Assert.Equal(DatasetState.Withdrawn, (await Dataset(dataset).GetAsync()).State);
    }

    private IDatasetGrain Dataset(string key) => cluster.Grains.GetGrain<IDatasetGrain>(key);

    private IModelGrain Model(string name) => cluster.Grains.GetGrain<IModelGrain>(name);

    private IUpdateGrain Update(string name) => cluster.Grains.GetGrain<IUpdateGrain>(name);

    private ISegmentationGrain Segmentation(SegmentationRequest request) => cluster.Grains.GetGrain<ISegmentationGrain>(request.Key());

    private static Task<HermesException> RefusalAsync(Func<Task> use) => Assert.ThrowsAsync<HermesException>(use);

    private async Task GrownAsync(string model, string dataset)
    {
        var update = await CreatedAsync(model, dataset);
        await ReachesAsync(update, UpdateState.Certified);
        await Update(update).PromoteAsync();
    }

    private async Task<string> CreatedAsync(string model, string dataset, string? version = null)
    {
        var update = cluster.NewName("update");
        await Update(update).CreateAsync("create", new UpdateRequest { Model = model, Version = version, Datasets = [dataset], Steps = 4 });
        return update;
    }

    private Task<UpdateStatus> ReachesAsync(string update, UpdateState state) => Eventually.HoldsAsync(() => Update(update).GetAsync(), s => s.State == state);

    private static SegmentationRequest Question(ModelVersion version, ModelBranch branch, BlobRef image) => new()
    {
        Model = $"{version.Model}@{version.Version}",
        Package = version.Content.Package,
        Branch = branch.Package,
        Image = image,
        ImageFile = "a case",
        Prompt = new DefinitePrompt { Group = branch.Group.Name, Modality = branch.Group.Modality, Tasks = branch.Tasks, Wanted = branch.Group.Labels },
    };

    private async Task AskedAsync(SegmentationRequest request)
    {
        await Segmentation(request).AskAsync(request);
        var answered = await Eventually.HoldsAsync(() => Segmentation(request).GetAsync(), s => s.State == SegmentationState.Completed);
        Assert.Equal(request.Model, answered.Result!.Model);
    }
}
