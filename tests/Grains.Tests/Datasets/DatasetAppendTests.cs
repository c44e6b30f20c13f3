using CsCheck;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Runs;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Datasets;

/// <summary>More cases make another version; the version before it is what everybody uses until then.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DatasetAppendTests(HermesCluster cluster)
{
    [Fact]
    public async Task An_append_makes_a_version_of_all_cases_and_leaves_the_one_before_it_as_it_was()
    {
        var (name, dataset) = await ReadyAsync(5);
        var before = await dataset.GetCasesAsync(1, 0);
        var pages = cluster.PagesOf($"local/{name}");

        await cluster.AppendAsync(name, "more", await CasesAsync("new", 4));
        var status = await VersionAsync(dataset, 2);

        Assert.Equal((DatasetState.Ready, 9, 9), (status.State, status.Cases, status.CasesPerSplit.Values.Sum()));
        Assert.Equal(13.5, status.VolumesMl["liver"], 6);
        Assert.Equal(pages, cluster.PagesOf($"local/{name}", version: 1));
        Assert.Equal(Told(before), Told(await dataset.GetCasesAsync(1, 0)));
        var after = await dataset.GetCasesAsync(2, 0);
        Assert.Equal(Told(before), Told(after.Take(5)));
        Assert.Equal(["new0", "new1", "new2", "new3"], after.Skip(5).Select(c => c.CaseId));
        var row = Assert.Single(await cluster.Catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 1000, default), r => r.Key == $"local/{name}");
        Assert.Equal(("READY", false), (row.State, row.IsUnfinished));
    }

    [Fact]
    public async Task Full_pages_are_the_same_blobs_in_both_versions_and_the_last_is_filled_up()
    {
        var name = cluster.NewName("set");
        var one = await cluster.CaseAsync("same");
        var cases = Enumerable.Range(0, 600).Select(i => one with { CaseId = $"c{i}", Patient = $"p{i}", ImageFile = $"c{i}.nii.gz" }).ToList();
        var dataset = await cluster.AddAsync(name, "add", cases[..300]);
        await VersionAsync(dataset, 1);

        await cluster.AppendAsync(name, "more", cases[300..]);
        await VersionAsync(dataset, 2);

        var (first, second) = (cluster.PagesOf($"local/{name}", version: 1), cluster.PagesOf($"local/{name}", version: 2));
        Assert.Equal((2, 3), (first.Count, second.Count));
        Assert.Equal(first[0], second[0]);
        var pages = new[] { await dataset.GetCasesAsync(2, 0), await dataset.GetCasesAsync(2, 1), await dataset.GetCasesAsync(2, 2) };
        Assert.Equal([256, 256, 88], pages.Select(p => p.Count));
        Assert.Equal(cases.Select(c => c.CaseId), pages.SelectMany(p => p).Select(c => c.CaseId));
    }

    [Fact]
    public Task What_was_drawn_never_moves_whatever_is_appended() => Gen.Select(Gen.Int[0, 30], Gen.Int[0, 40]).Array[1, 12].Array[2, 4].SampleAsync(
        async rounds =>
        {
            var name = cluster.NewName("set");
            var dataset = cluster.Dataset(name);
            IReadOnlyList<CaseRecord> drawn = [];
            foreach (var (round, pairs) in rounds.Index())
            {
                var offered = new List<CaseSource>();
                foreach (var (number, (patient, image)) in pairs.Index())
                {
                    offered.Add(await cluster.CaseAsync($"{round}-{number}", $"p{patient}") with { Image = await cluster.UploadAsync($"image {image}") });
                }

                try
                {
                    await (round == 0 ? cluster.AddAsync(name, "add", offered) : cluster.AppendAsync(name, $"append {round}", offered));
                }
                catch (HermesException refusal) when (refusal.Message.Contains("share a split", StringComparison.Ordinal))
                {
                    // What would join two splits is refused, and nothing of it is there.
                    Assert.Equal(Told(drawn), Told(await dataset.GetCasesAsync(0, 0)));
                    continue;
                }

                await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.State == DatasetState.Ready);
                var cases = await dataset.GetCasesAsync(0, 0);
                Assert.Equal(drawn.Count + offered.Count, cases.Count);
                Assert.Equal(Told(drawn), Told(cases.Take(drawn.Count)));
                Assert.All(cases.GroupBy(c => c.Patient), g => Assert.Single(g.Select(c => c.Split).Distinct()));
                Assert.All(cases.GroupBy(c => c.SourceImageSha256), g => Assert.Single(g.Select(c => c.Split).Distinct()));
                drawn = cases;
            }
        },
        iter: 20);

    [Fact]
    public async Task The_version_before_is_used_while_an_append_is_under_way()
    {
        var (name, dataset) = await ReadyAsync(3);
        var offered = await cluster.CaseAsync($"{name}-slow");
        var gate = cluster.Workers.Gates[offered.ImageFile] = new TaskCompletionSource();
        await dataset.BeginAppendAsync("more", HermesCluster.Declare(name), 1);
        await AssertUsedAsync(DatasetState.Receiving, isUnfinished: false);

        await dataset.StageAsync("more", 0, [offered]);
        await dataset.CommitAsync("more");
        await AssertUsedAsync(DatasetState.Appending, isUnfinished: true);

        gate.SetResult();
        await VersionAsync(dataset, 2);

        async Task AssertUsedAsync(DatasetState state, bool isUnfinished)
        {
            var status = await dataset.GetAsync();
            Assert.Equal((state, 1, 3), (status.State, status.Version, status.Cases));
            Assert.Equal(3, (await dataset.GetCasesAsync(0, 0)).Count);
            var row = Assert.Single(await cluster.Catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 1000, default), r => r.Key == $"local/{name}");
            Assert.Equal((state.Word(), isUnfinished), (row.State, row.IsUnfinished));
            var inputs = new RunInputs(cluster.Grains, cluster.Catalog, cluster.Blobs);
            Assert.Equal([new PinnedDataset($"local/{name}", 1)], await inputs.PinAsync([$"local/{name}"], default));
            Assert.Contains(new PinnedDataset($"local/{name}", 1), await inputs.PinAsync([], default));
        }
    }

    [Fact]
    public async Task A_bad_file_refuses_the_whole_append_and_the_version_before_stays()
    {
        var (name, dataset) = await ReadyAsync(3);

        await cluster.AppendAsync(name, "more", [await cluster.CaseAsync("bad"), await cluster.CaseAsync("good")]);
        var status = await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.ProblemCount > 0);

        Assert.Equal((DatasetState.Ready, 1, 3), (status.State, status.Version, status.Cases));
        Assert.Equal("bad", Assert.Single(status.Problems).CaseId);
        Assert.False(await dataset.AcknowledgeAddAsync("more", "reader"));
        var heard = await dataset.WatchAsync(0).ToListAsync();
        Assert.Equal(("READY", true), (heard[^1].State, heard[^1].IsLast));
        Assert.StartsWith("bad.nii.gz: found label 9", heard[^1].Message, StringComparison.Ordinal);

        // The same again is another try.
        Assert.Equal(DatasetState.Receiving, (await dataset.BeginAppendAsync("more", HermesCluster.Declare(name), 2)).State);
        await cluster.AppendAsync(name, "mended", [await cluster.CaseAsync("good")]);
        var mended = await VersionAsync(dataset, 2);
        Assert.Equal((4, 0), (mended.Cases, mended.ProblemCount));
    }

    [Theory]
    [InlineData("more")]
    [InlineData(null)]
    public async Task A_cancelled_append_leaves_the_version_before(string? command)
    {
        var (name, dataset) = await ReadyAsync(2);
        var offered = await cluster.CaseAsync($"{name}-held");
        cluster.Workers.Gates[offered.ImageFile] = new TaskCompletionSource();
        await cluster.AppendAsync(name, "more", [offered]);

        await dataset.CancelAddAsync("another");
        Assert.Equal(DatasetState.Appending, (await dataset.GetAsync()).State);
        await dataset.CancelAddAsync(command);

        var status = await dataset.GetAsync();
        Assert.Equal((DatasetState.Ready, 1, 2, 0), (status.State, status.Version, status.Cases, status.IngestTotal));
        Assert.Equal("The append was cancelled.", Assert.Single(status.Problems).Message);
    }

    [Fact]
    public async Task Repeating_every_step_of_an_append_makes_one_version()
    {
        var (name, dataset) = await ReadyAsync(2);
        var cases = await CasesAsync("new", 2);
        for (var i = 0; i < 2; i++)
        {
            await dataset.BeginAppendAsync("more", HermesCluster.Declare(name), 2);
            await dataset.StageAsync("more", 0, cases);
        }

        await dataset.CommitAsync("more");
        await VersionAsync(dataset, 2);
        await dataset.StageAsync("more", 0, cases);
        await dataset.CommitAsync("more");
        var repeated = await dataset.BeginAppendAsync("more", HermesCluster.Declare(name), 2);

        Assert.Equal((DatasetState.Ready, 2, 4), (repeated.State, repeated.Version, repeated.Cases));
        Assert.True(await dataset.AcknowledgeAddAsync("more", "first"));
        Assert.False(await dataset.AcknowledgeAddAsync("more", "second"));
        Assert.Contains("exists", (await Assert.ThrowsAsync<HermesException>(() => cluster.AddAsync(name, "add", cases))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_append_goes_on_after_the_actor_was_lost_and_ingests_no_recorded_case_twice()
    {
        var (name, dataset) = await ReadyAsync(2);
        var cases = await CasesAsync(cluster.NewName("lost"), 4);
        var gates = cases.Skip(2).Select(c => cluster.Workers.Gates[c.ImageFile] = new TaskCompletionSource()).ToList();
        await cluster.AppendAsync(name, "more", cases);
        await Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.Ingested == 2);

        await cluster.LoseAsync(dataset);
        await dataset.WakeAsync();
        Assert.Equal((DatasetState.Appending, 1), ((await dataset.GetAsync()).State, (await dataset.GetAsync()).Version));
        gates.ForEach(g => g.SetResult());

        Assert.Equal(6, (await VersionAsync(dataset, 2)).Cases);
        var orders = cluster.Workers.Orders.OfType<IngestOrder>().Select(o => o.Case.CaseId).ToList();
        Assert.All(cases.Take(2), c => Assert.Single(orders, id => id == c.CaseId));
    }

    [Fact]
    public async Task Cases_that_are_there_are_refused_by_name()
    {
        var (name, dataset) = await ReadyAsync(2);
        var (first, second, fresh) = (await cluster.CaseAsync($"{name}-0"), await cluster.CaseAsync($"{name}-1"), await cluster.CaseAsync("fresh"));

        Assert.Equal($"Nothing is new: dataset '{name}' has all 2 cases already.", await RefusalAsync(first, second));
        Assert.Equal($"Dataset '{name}' has some of the 2 cases already: '{name}-1' ({name}-1.nii.gz).", await RefusalAsync(fresh, second));
        var other = await RefusalAsync(fresh, first with { Label = fresh.Label, ImageFile = "other/first.nii.gz" });
        Assert.StartsWith($"other/first.nii.gz would be the case '{name}-0', which dataset '{name}' has with other content: image", other, StringComparison.Ordinal);
        Assert.Contains(fresh.Label!.Sha256[..12], other, StringComparison.Ordinal);

        async Task<string> RefusalAsync(params CaseSource[] cases)
        {
            var command = cluster.NewName("command");
            await dataset.BeginAppendAsync(command, HermesCluster.Declare(name), cases.Length);
            var refusal = await Assert.ThrowsAsync<HermesException>(() => dataset.CheckCasesAsync(command, cases));
            Assert.Equal(refusal.Message, (await Assert.ThrowsAsync<HermesException>(() => cluster.AppendAsync(name, command, cases))).Message);
            var status = await dataset.GetAsync();
            Assert.Equal((DatasetState.Ready, 1, refusal.Message), (status.State, status.Version, Assert.Single(status.Problems).Message));
            return refusal.Message;
        }
    }

    [Fact]
    public async Task A_known_image_under_another_name_goes_where_it_is()
    {
        var (name, dataset) = await ReadyAsync(10);
        var known = await dataset.GetCasesAsync(1, 0);
        var test = known.First(c => c.Split == Split.Test);

        await cluster.AppendAsync(name, "more", [await cluster.CaseAsync(test.CaseId) with { CaseId = "copy", Patient = "another" }]);
        await VersionAsync(dataset, 2);

        Assert.Equal(Split.Test, (await dataset.GetCasesAsync(0, 0)).Single(c => c.CaseId == "copy").Split);
    }

    [Fact]
    public async Task A_fixed_split_that_contradicts_an_earlier_draw_is_refused()
    {
        var (name, dataset) = await ReadyAsync(10);
        var test = (await dataset.GetCasesAsync(1, 0)).First(c => c.Split == Split.Test);

        Assert.Equal(
            "The patient of case 'again' is in test already and case 'again' is fixed to train, but cases of one patient and equal images share a split.",
            await RefusalAsync(await cluster.CaseAsync("again", test.Patient, split: Split.Train)));
        Assert.StartsWith(
            "The image of case 'copy' is in test already and case 'copy' is fixed to train",
            await RefusalAsync(await cluster.CaseAsync(test.CaseId, split: Split.Train) with { CaseId = "copy", Patient = "another" }),
            StringComparison.Ordinal);

        async Task<string> RefusalAsync(CaseSource one) =>
            (await Assert.ThrowsAsync<HermesException>(() => cluster.AppendAsync(name, cluster.NewName("command"), [one]))).Message;
    }

    [Fact]
    public async Task Another_label_map_or_modality_is_refused_before_any_file_is_read()
    {
        var (name, dataset) = await ReadyAsync(2);
        var own = HermesCluster.Declare(name);
        await dataset.CheckAppendAsync(own, 1);

        LabelEntry[] renamed = [own.Labels[0], new LabelEntry(2, "rate", $"{name}/rate")];
        Assert.Equal(
            $"Where dataset '{name}' has 2 spleen ({name}/spleen), this label map has 2 rate ({name}/rate); another label map is another label schema, "
            + $"{LabelSchema.Of(renamed)[..12]} instead of {LabelSchema.Of(own.Labels)[..12]}.",
            await RefusalAsync(own with { Labels = renamed }));
        Assert.Contains("this label map has nothing;", await RefusalAsync(own with { Labels = [own.Labels[0]] }), StringComparison.Ordinal);
        Assert.Equal(
            $"Where dataset '{name}' has 1 liver ({name}/liver), this label map has 1 liver (other/liver); which tasks a dataset shares is said once, when it is added.",
            await RefusalAsync(own with { Labels = [own.Labels[0] with { Task = "other/liver" }, own.Labels[1]] }));
        Assert.Equal($"Dataset '{name}' holds images of the modality 'ct', not 'pet'.", await RefusalAsync(own with { Modality = "pet" }));
        Assert.Equal((DatasetState.Ready, 0), ((await dataset.GetAsync()).State, (await dataset.GetAsync()).ProblemCount));

        async Task<string> RefusalAsync(DatasetDeclaration said)
        {
            var refusal = await Assert.ThrowsAsync<HermesException>(() => dataset.CheckAppendAsync(said, 1));
            Assert.Equal(refusal.Message, (await Assert.ThrowsAsync<HermesException>(() => dataset.BeginAppendAsync("more", said, 1))).Message);
            Assert.Contains("under another name", refusal.Hint, StringComparison.Ordinal);
            return refusal.Message;
        }
    }

    [Fact]
    public async Task There_is_nothing_to_append_to_before_the_first_version()
    {
        var name = cluster.NewName("set");
        Assert.Equal($"There is no dataset 'local/{name}'.", await RefusalAsync());

        var offered = await cluster.CaseAsync(name);
        var gate = cluster.Workers.Gates[offered.ImageFile] = new TaskCompletionSource();
        await cluster.AddAsync(name, "add", [offered]);
        Assert.Equal($"Dataset 'local/{name}' is still being added (0 of 1 cases).", await RefusalAsync());
        gate.SetResult();

        async Task<string> RefusalAsync() =>
            (await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset(name).BeginAppendAsync("more", HermesCluster.Declare(name), 1))).Message;
    }

    [Fact]
    public async Task A_second_append_waits_for_the_first()
    {
        var (name, dataset) = await ReadyAsync(1);
        var offered = await cluster.CaseAsync($"{name}-first");
        var gate = cluster.Workers.Gates[offered.ImageFile] = new TaskCompletionSource();
        await cluster.AppendAsync(name, "more", [offered]);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => dataset.BeginAppendAsync("other", HermesCluster.Declare(name), 1));
        gate.SetResult();

        Assert.Equal($"Other cases are being appended to dataset '{name}'.", refusal.Message);
        await VersionAsync(dataset, 2);
    }

    private async Task<(string Name, IDatasetGrain Dataset)> ReadyAsync(int cases)
    {
        var key = await cluster.ReadyDatasetAsync(cases);
        var name = key.Split('/')[1];
        return (name, cluster.Dataset(name));
    }

    private async Task<List<CaseSource>> CasesAsync(string prefix, int count)
    {
        var cases = new List<CaseSource>();
        for (var i = 0; i < count; i++)
        {
            cases.Add(await cluster.CaseAsync($"{prefix}{i}"));
        }

        return cases;
    }

    private static IEnumerable<(string, string, Split, string)> Told(IEnumerable<CaseRecord> cases) => cases.Select(c => (c.CaseId, c.Patient, c.Split, c.Facts.Image.Sha256));

    private static Task<DatasetStatus> VersionAsync(IDatasetGrain dataset, int version) =>
        Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.State == DatasetState.Ready && s.Version == version);
}
