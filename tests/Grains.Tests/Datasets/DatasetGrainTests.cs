using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Datasets;

[Collection(ClusterCollection.Name)]
public sealed class DatasetGrainTests(HermesCluster cluster)
{
    private const string Ready = "\"state\":\"ready\"";

    [Fact]
    public async Task An_add_becomes_a_version_whose_cases_are_listed_in_order()
    {
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(name, "add", await CasesAsync(5));

        var status = await Reaches(dataset, DatasetState.Ready);

        Assert.Equal((1, 5), (status.Version, status.Cases));
        Assert.Equal((3, 1, 1), (status.CasesPerSplit[Split.Train], status.CasesPerSplit[Split.Validation], status.CasesPerSplit[Split.Test]));
        Assert.Equal(7.5, status.VolumesMl["liver"], 6);
        Assert.Equal(0, status.VolumesMl["spleen"], 6);
        var cases = await dataset.GetCasesAsync(0, 0);
        Assert.Equal(["c0", "c1", "c2", "c3", "c4"], cases.Select(c => c.CaseId));
        Assert.Empty(await dataset.GetCasesAsync(1, 1));
        var row = Assert.Single(await cluster.Catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 1000, default), r => r.Key == $"local/{name}");
        Assert.Equal("READY", row.State);
    }

    [Fact]
    public async Task Nobody_hears_of_a_version_that_is_not_stored()
    {
        var (name, end) = (cluster.NewName("set"), new TaskCompletionSource());
        var dataset = cluster.Dataset(name);
        cluster.Storage.Hold("dataset", dataset, end.Task, Ready);
        await cluster.AddAsync(name, "add", await CasesAsync(2));
        await Reaches(dataset, DatasetState.Ready);

        // Several turns.
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(FaultyBus.Published.OfType<DatasetReady>(), e => e.Dataset.Dataset == $"local/{name}");

        cluster.Storage.Refuse("dataset", dataset);
        end.SetResult();
        await Eventually.HoldsAsync(
            async () =>
            {
                // Wakes it, as recovery does.
                await dataset.GetAsync();
                return FaultyBus.Published.OfType<DatasetReady>().Count(e => e.Dataset.Dataset == $"local/{name}");
            },
            count => count > 0);
        Assert.Contains(Ready, cluster.Storage.Payload("dataset", dataset)!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repeating_every_step_of_an_add_doubles_nothing()
    {
        var name = cluster.NewName("set");
        var cases = await CasesAsync(4);
        var dataset = cluster.Dataset(name);
        for (var i = 0; i < 2; i++)
        {
            await dataset.BeginAddAsync("add", HermesCluster.Declare(name), 4);
            await dataset.StageAsync("add", 0, cases);
            await dataset.StageAsync("add", 0, cases);
        }

        await dataset.CommitAsync("add");
        await dataset.CommitAsync("add");
        await Reaches(dataset, DatasetState.Ready);
        var status = await dataset.CommitAsync("add");

        Assert.Equal((1, 4), (status.Version, status.Cases));
        Assert.Equal(4, (await dataset.GetCasesAsync(1, 0)).Select(c => c.CaseId).Distinct().Count());
    }

    [Fact]
    public async Task A_repeated_add_says_that_it_has_ended_and_who_saw_that_first()
    {
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(name, "add", await CasesAsync(1));
        await Reaches(dataset, DatasetState.Ready);

        var repeated = await dataset.BeginAddAsync("add", HermesCluster.Declare(name), 1);

        Assert.Equal((DatasetState.Ready, 1), (repeated.State, repeated.Version));
        Assert.False(await dataset.AcknowledgeAddAsync("other", "first"));
        Assert.True(await dataset.AcknowledgeAddAsync("add", "first"));
        Assert.True(await dataset.AcknowledgeAddAsync("add", "first"));
        Assert.False(await dataset.AcknowledgeAddAsync("add", "second"));
    }

    [Fact]
    public async Task A_name_that_exists_is_refused()
    {
        var name = cluster.NewName("set");
        await Reaches(await cluster.AddAsync(name, "add", await CasesAsync(1)), DatasetState.Ready);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset(name).BeginAddAsync("other", HermesCluster.Declare(name), 1));

        Assert.Equal($"Dataset '{name}' exists.", refusal.Message);
        Assert.Equal((Remedy.ShowDataset, name), (refusal.Remedy, refusal.About));
    }

    [Fact]
    public async Task What_can_be_refused_is_refused_before_any_file_is_read()
    {
        var name = cluster.NewName("set");
        var declared = HermesCluster.Declare(name);
        var dataset = await cluster.AddAsync(name, "add", await CasesAsync(1));
        await Reaches(dataset, DatasetState.Ready);

        // The same again may be the same add; another number of cases or another label map cannot be.
        await dataset.CheckAddAsync(declared, 1);
        await Assert.ThrowsAsync<HermesException>(() => dataset.CheckAddAsync(declared, 2));
        await Assert.ThrowsAsync<HermesException>(() => dataset.CheckAddAsync(declared with { Modality = "xray" }, 1));

        var other = cluster.NewName("set");
        var sharing = HermesCluster.Declare(other) with { Labels = [new LabelEntry(1, "liver", "nobody/liver")] };
        await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset(other).CheckAddAsync(sharing, 1));
        await cluster.Dataset(other).CheckAddAsync(HermesCluster.Declare(other), 1);
        Assert.Equal(DatasetState.Absent, (await cluster.Dataset(other).GetAsync()).State);
    }

    [Fact]
    public async Task All_problems_are_told_and_nothing_is_kept()
    {
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(
            name, "add", [await cluster.CaseAsync("bad1"), await cluster.CaseAsync("good"), await cluster.CaseAsync("bad2"), await cluster.CaseAsync("crash")]);

        var status = await Reaches(dataset, DatasetState.Refused);

        Assert.Equal((0, 0), (status.Version, status.Cases));
        Assert.Equal(["bad1", "bad2", "crash"], status.Problems.Select(p => p.CaseId).Order());
        Assert.Contains(status.Problems, p => p.Message.Contains("worker exited 137 (SIGKILL", StringComparison.Ordinal) && p.File == "crash.nii.gz");
        Assert.Empty(await cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry).FindAsync([$"{name}/liver"]));
        Assert.DoesNotContain(await cluster.Catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 1000, default), r => r.Key == $"local/{name}");
        await Assert.ThrowsAsync<HermesException>(() => dataset.GetCasesAsync(0, 0));
    }

    [Fact]
    public async Task Of_many_problems_the_first_fifty_are_told_and_all_can_be_listed()
    {
        var name = cluster.NewName("set");
        var bad = await cluster.CaseAsync("bad");
        var cases = Enumerable.Range(0, 300).Select(i => bad with { CaseId = $"c{i}", Patient = $"c{i}", ImageFile = $"bad{i}.nii.gz" }).ToList();
        var dataset = await cluster.AddAsync(name, "add", cases);

        var status = await Reaches(dataset, DatasetState.Refused);

        Assert.Equal((50, 300), (status.Problems.Count, status.ProblemCount));
        var all = (await dataset.GetProblemsAsync(0)).Concat(await dataset.GetProblemsAsync(1)).ToList();
        Assert.Equal(cases.Select(c => c.ImageFile), all.Select(p => p.File));
        Assert.Empty(await dataset.GetProblemsAsync(2));
        await Reaches(await cluster.AddAsync(name, "right", [await cluster.CaseAsync("good")]), DatasetState.Ready);
        Assert.Empty(await dataset.GetProblemsAsync(0));
    }

    [Fact]
    public async Task What_is_unusual_stays_with_the_version()
    {
        var name = cluster.NewName("set");
        var dataset = await cluster.AddAsync(name, "add", await CasesAsync(4));

        var status = await Reaches(dataset, DatasetState.Ready);
        await cluster.LoseAsync(dataset);

        Assert.Equal(1, status.WarningCount);
        Assert.Equal("spleen (label 2) occurs in 0 of 4 cases; it cannot be learned from them.", Assert.Single((await dataset.GetAsync()).Warnings));
    }

    [Fact]
    public async Task A_refused_name_can_be_added_again()
    {
        var name = cluster.NewName("set");
        await Reaches(await cluster.AddAsync(name, "wrong", [await cluster.CaseAsync("bad")]), DatasetState.Refused);

        var status = await Reaches(await cluster.AddAsync(name, "right", [await cluster.CaseAsync("good")]), DatasetState.Ready);

        Assert.Empty(status.Problems);
        Assert.Equal(1, status.Cases);
    }

    [Fact]
    public async Task An_add_goes_on_after_the_actor_was_lost_and_ingests_no_recorded_case_twice()
    {
        var name = cluster.NewName("set");
        var cases = new List<CaseSource>();
        for (var i = 0; i < 6; i++)
        {
            cases.Add(await cluster.CaseAsync($"{name}-{i}"));
        }

        var gates = cases.Skip(3).Select(c => cluster.Workers.Gates[c.ImageFile] = new TaskCompletionSource()).ToList();
        var dataset = await cluster.AddAsync(name, "add", cases);
        await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Ingested == 3);

        await cluster.LoseAsync(dataset);
        await dataset.WakeAsync();
        gates.ForEach(g => g.SetResult());

        Assert.Equal(6, (await Reaches(dataset, DatasetState.Ready)).Cases);
        var orders = cluster.Workers.Orders.OfType<IngestOrder>().Select(o => o.Case.CaseId).ToList();
        Assert.All(cases.Take(3), c => Assert.Single(orders, id => id == c.CaseId));
        Assert.Equal(cases.Select(c => c.CaseId), (await dataset.GetCasesAsync(1, 0)).Select(c => c.CaseId));
    }

    [Fact]
    public async Task A_case_whose_worker_was_lost_once_is_tried_again()
    {
        var name = cluster.NewName("set");

        var status = await Reaches(await cluster.AddAsync(name, "add", [await cluster.CaseAsync("once")]), DatasetState.Ready);

        Assert.Equal(1, status.Cases);
    }

    [Fact]
    public async Task While_what_its_workers_need_is_away_an_add_waits_says_why_and_then_goes_on()
    {
        var name = cluster.NewName("set");
        var waiting = cluster.NewName("waiting");
        cluster.Workers.Away[$"{waiting}.nii.gz"] = "The disk is full: 3 MiB are free.";
        var dataset = await cluster.AddAsync(name, "add", [await cluster.CaseAsync($"{waiting}"), await cluster.CaseAsync("good")]);

        var seen = await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Waits is not null && s.Ingested == 1);
        await Eventually.HoldsAsync(() => Task.FromResult(Orders()), orders => orders > 4);
        Assert.Equal((DatasetState.Ingesting, "The disk is full: 3 MiB are free."), (seen.State, seen.Waits));
        await foreach (var told in dataset.WatchAsync(0))
        {
            if (told.Message == seen.Waits)
            {
                break;
            }
        }

        cluster.Workers.Away.Clear();
        var status = await Reaches(dataset, DatasetState.Ready);
        Assert.Equal((2, null), (status.Cases, status.Waits));

        int Orders() => cluster.Workers.Orders.OfType<IngestOrder>().Count(o => o.Case.CaseId == waiting);
    }

    [Fact]
    public async Task Many_pages_come_out_as_they_went_in()
    {
        var name = cluster.NewName("set");
        var one = await cluster.CaseAsync("same");
        var cases = Enumerable.Range(0, 600).Select(i => one with { CaseId = $"c{i}", Patient = $"p{i % 300}", ImageFile = $"c{i}.nii.gz" }).ToList();

        var dataset = await cluster.AddAsync(name, "add", cases);

        await Reaches(dataset, DatasetState.Ready);
        var pages = new[] { await dataset.GetCasesAsync(1, 0), await dataset.GetCasesAsync(1, 1), await dataset.GetCasesAsync(1, 2) };
        Assert.Equal([256, 256, 88], pages.Select(p => p.Count));
        Assert.Equal(cases.Select(c => c.CaseId), pages.SelectMany(p => p).Select(c => c.CaseId));
    }

    [Fact]
    public async Task A_commit_without_all_pages_names_the_missing_one()
    {
        var name = cluster.NewName("set");
        var dataset = cluster.Dataset(name);
        await dataset.BeginAddAsync("add", HermesCluster.Declare(name), 300);
        var one = await cluster.CaseAsync("c");
        await dataset.StageAsync("add", 1, [.. Enumerable.Range(256, 44).Select(i => one with { CaseId = $"c{i}" })]);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => dataset.CommitAsync("add"));

        Assert.Contains("Page 0 of the 2 pages", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_case_that_occurs_twice_is_refused_with_both_files()
    {
        var name = cluster.NewName("set");
        var one = await cluster.CaseAsync("liver_01");

        var refusal = await Assert.ThrowsAsync<HermesException>(
            () => cluster.AddAsync(name, "add", [one, one with { ImageFile = "other/liver_01.nii.gz" }]));

        Assert.Equal("Case 'liver_01' occurs twice: liver_01.nii.gz and other/liver_01.nii.gz.", refusal.Message);
    }

    [Theory]
    [InlineData("add")]
    [InlineData(null)]
    public async Task A_cancelled_add_keeps_nothing(string? command)
    {
        var name = cluster.NewName("set");
        var offered = await cluster.CaseAsync(name);
        cluster.Workers.Gates[offered.ImageFile] = new TaskCompletionSource();
        var dataset = await cluster.AddAsync(name, "add", [offered]);

        await dataset.CancelAddAsync("another");
        Assert.Equal(DatasetState.Ingesting, (await dataset.GetAsync()).State);
        await dataset.CancelAddAsync(command);

        var status = await dataset.GetAsync();
        Assert.Equal((DatasetState.Refused, 0), (status.State, status.Version));
        Assert.Equal("The add was cancelled.", Assert.Single(status.Problems).Message);
    }

    [Fact]
    public async Task A_shared_task_must_exist_and_keeps_its_index()
    {
        var (first, second) = (cluster.NewName("set"), cluster.NewName("set"));
        var shared = new LabelEntry(1, "foie", $"{first}/liver");
        var registry = cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);
        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset(second).BeginAddAsync("a", HermesCluster.Declare(second, shared), 1));
        Assert.Contains($"shares the task '{first}/liver', which no dataset has declared", refusal.Message, StringComparison.Ordinal);

        await Reaches(await cluster.AddAsync(first, "add", await CasesAsync(1)), DatasetState.Ready);
        var before = (await registry.FindAsync([$"{first}/liver"])).Single();
        await Reaches(await cluster.AddAsync(second, "add", await CasesAsync(1), shared), DatasetState.Ready);

        Assert.Equal(before, (await registry.FindAsync([$"{first}/liver"])).Single());
        var all = await registry.ListAsync();
        Assert.Equal(Enumerable.Range(0, all.Count), all.Select(t => t.Index));
    }

    public static TheoryData<LabelEntry[], string> Contradictions => new()
    {
        { [new(0, "liver", "x/liver")], "has the value 0" },
        { [new(65536, "liver", "x/liver")], "has the value 65536" },
        { [new(1, "liver", "x/liver"), new(1, "spleen", "x/spleen")], "The value '1' occurs 2 times" },
        { [new(1, "liver", "x/liver"), new(2, "liver", "y/liver")], "The structure 'liver' occurs 2 times" },
        { [new(1, "liver", "x/spleen")], "names the task 'x/spleen' of its own dataset" },
        { [new(1, "liver", "liver")], "'liver' is not a task" },
        { [new(1, "li/ver", "x/li/ver")], "cannot be the name of a structure" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public async Task A_declaration_that_contradicts_itself_is_refused(LabelEntry[] labels, string sentence)
    {
        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset("x").BeginAddAsync("add", HermesCluster.Declare("x", labels), 1));

        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watcher_hears_every_number_once_heartbeats_and_the_end()
    {
        var name = cluster.NewName("set");
        var offered = await cluster.CaseAsync(name);
        var gate = cluster.Workers.Gates[offered.ImageFile] = new TaskCompletionSource();
        var dataset = await cluster.AddAsync(name, "add", [offered]);
        var heard = new List<ProgressEvent>();

        await foreach (var happened in dataset.WatchAsync(0).WithBatchSize(1))
        {
            heard.Add(happened);
            if (happened.IsHeartbeat)
            {
                gate.TrySetResult();
            }
        }

        Assert.Contains(heard, e => e.IsHeartbeat && e.State == "INGESTING");
        var numbers = heard.Where(e => !e.IsHeartbeat).Select(e => e.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(i => (long)i), numbers);
        Assert.Equal(("READY", true), (heard[^1].State, heard[^1].IsLast));
    }

    private async Task<List<CaseSource>> CasesAsync(int count)
    {
        var cases = new List<CaseSource>();
        for (var i = 0; i < count; i++)
        {
            cases.Add(await cluster.CaseAsync($"c{i}"));
        }

        return cases;
    }

    private static Task<DatasetStatus> Reaches(IDatasetGrain dataset, DatasetState state) =>
        Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.State == state);
}
