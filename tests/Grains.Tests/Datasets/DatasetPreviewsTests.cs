using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Datasets;

/// <summary>Cases of before there were previews are shown when somebody looks.</summary>
[Collection(ClusterCollection.Name)]
public sealed class DatasetPreviewsTests(HermesCluster cluster)
{
    [Fact]
    public async Task Cases_without_a_preview_get_one_when_they_are_looked_at_and_nothing_else_of_them_changes()
    {
        var key = await cluster.ReadyDatasetAsync(cases: 20);
        var before = await Dataset(key).GetCasesAsync(1, 0);
        Assert.All(before, c => Assert.Null(c.Facts.Preview));

        Assert.True(await Dataset(key).AskPreviewsAsync(0, 0));
        var after = await Eventually.HoldsAsync(() => Dataset(key).GetCasesAsync(1, 0), cases => cases.All(c => c.Facts.Preview is not null));

        Assert.Equal(before, after.Select(c => c with { Facts = c.Facts with { Preview = null } }), Same);
        Assert.Equal(before[3].Facts.Image, PreviewOrders(before).Single(o => o.Image == before[3].Facts.Image).Image);
        Assert.False(await Dataset(key).AskPreviewsAsync(1, 0));
        Assert.False(await Dataset(key).AskPreviewsAsync(1, 1));
        Assert.Equal(20, PreviewOrders(before).Count());
        await cluster.LoseAsync(Dataset(key));
        Assert.All(await Dataset(key).GetCasesAsync(1, 0), c => Assert.NotNull(c.Facts.Preview));
        Assert.Equal(1, (await Dataset(key).GetAsync()).Version);
    }

    [Fact]
    public async Task What_a_silo_was_asked_for_when_it_was_killed_is_made_by_the_next()
    {
        var key = await cluster.ReadyDatasetAsync(cases: 3);
        var cases = await Dataset(key).GetCasesAsync(1, 0);
        var (begun, isKilled) = (new TaskCompletionSource(), false);
        cluster.Workers.Previews[cases[0].Facts.Image.Sha256] = async (order, say, stop) =>
        {
            begun.TrySetResult();
            if (!isKilled)
            {
                await Task.Delay(Timeout.Infinite, stop);
            }

            say(new WorkerMessage { Preview = await cluster.Workers.PreviewOfAsync(order.Image) });
        };

        await Dataset(key).AskPreviewsAsync(1, 0);
        await begun.Task;
        Assert.Contains(await cluster.Catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 10_000, default), row => row.Key == key && row.IsUnfinished);
        isKilled = true;
        await cluster.LoseAsync(Dataset(key));
        await Dataset(key).WakeAsync();

        await Eventually.HoldsAsync(() => Dataset(key).GetCasesAsync(1, 0), found => found.All(c => c.Facts.Preview is not null));
    }

    [Fact]
    public async Task One_that_cannot_be_made_is_given_up_and_the_others_are_made()
    {
        var key = await cluster.ReadyDatasetAsync(cases: 4);
        var cases = await Dataset(key).GetCasesAsync(1, 0);
        cluster.Workers.Previews[cases[1].Facts.Image.Sha256] = (_, say, _) =>
        {
            say(new WorkerMessage { Failed = new Failure("It is damaged.") });
            return Task.CompletedTask;
        };
        cluster.Workers.Previews[cases[2].Facts.Image.Sha256] = (_, _, _) => throw ScriptedWorkers.Crash(137);

        await Dataset(key).AskPreviewsAsync(1, 0);
        var after = await Eventually.HoldsAsync(() => Dataset(key).GetCasesAsync(1, 0), found => found.Count(c => c.Facts.Preview is not null) == 2);

        Assert.Equal([true, false, false, true], after.Select(c => c.Facts.Preview is not null));
        await Eventually.HoldsAsync(() => Dataset(key).AskPreviewsAsync(1, 0), isLacking => !isLacking);
        Assert.Equal(4, PreviewOrders(cases).Count());
    }

    [Fact]
    public async Task They_wait_while_the_store_is_away_and_an_append_goes_first_and_brings_the_cases_along()
    {
        var key = await cluster.ReadyDatasetAsync(cases: 2);
        var cases = await Dataset(key).GetCasesAsync(1, 0);
        var isAway = true;
        cluster.Workers.Previews[cases[0].Facts.Image.Sha256] = async (order, say, _) => say(isAway
            ? new WorkerMessage { Failed = new Failure("The disk is not mounted.", IsPassing: true) }
            : new WorkerMessage { Preview = await cluster.Workers.PreviewOfAsync(order.Image) });

        await Dataset(key).AskPreviewsAsync(1, 0);
        await Eventually.HoldsAsync(() => Task.FromResult(PreviewOrders(cases).Count()), count => count > 1);
        await cluster.AppendAsync(key.Split('/')[1], "more", [await cluster.CaseAsync($"{key}-more")]);
        await Eventually.HoldsAsync(() => Dataset(key).GetAsync(), s => s.Version == 2);
        isAway = false;

        await Eventually.HoldsAsync(() => Dataset(key).GetCasesAsync(1, 0), found => found.All(c => c.Facts.Preview is not null));
        await Dataset(key).AskPreviewsAsync(2, 0);
        var newest = await Eventually.HoldsAsync(() => Dataset(key).GetCasesAsync(2, 0), found => found.All(c => c.Facts.Preview is not null));
        Assert.Equal(3, newest.Count);
    }

    [Fact]
    public async Task A_page_that_is_lost_meanwhile_is_not_asked_for_for_ever()
    {
        var key = await cluster.ReadyDatasetAsync(cases: 1);
        var cases = await Dataset(key).GetCasesAsync(1, 0);
        var path = cluster.Blobs.TryGetLocalPath(cluster.PagesOf(key).Single())!;
        cluster.Workers.Previews[cases[0].Facts.Image.Sha256] = (_, say, _) =>
        {
            File.Delete(path);
            say(new WorkerMessage { Failed = new Failure("The disk is not mounted.", IsPassing: true) });
            return Task.CompletedTask;
        };

        await Dataset(key).AskPreviewsAsync(1, 0);
        await Eventually.HoldsAsync(() => Task.FromResult(File.Exists(path)), isThere => !isThere);

        await Eventually.HoldsAsync(
            () => cluster.Catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 10_000, default), rows => rows.Any(row => row.Key == key && !row.IsUnfinished));
        await Assert.ThrowsAsync<HermesException>(() => Dataset(key).AskPreviewsAsync(1, 0));
    }

    [Fact]
    public async Task A_case_is_found_by_its_name_with_those_beside_it_also_across_pages()
    {
        var name = cluster.NewName("set");
        var one = await cluster.CaseAsync("same");
        await cluster.AddAsync(name, "add", [.. Enumerable.Range(0, 300).Select(i => one with { CaseId = $"c{i}", Patient = $"p{i}", ImageFile = $"c{i}.nii.gz" })]);
        var dataset = cluster.Dataset(name);
        await Eventually.ReachesAsync(async () => (await dataset.GetAsync()).State, DatasetState.Ready);

        Assert.Equal((0, 1, null, "c1"), Places(await dataset.FindCaseAsync(1, "c0")));
        Assert.Equal((255, 1, "c254", "c256"), Places(await dataset.FindCaseAsync(0, "c255")));
        Assert.Equal((256, 1, "c255", "c257"), Places(await dataset.FindCaseAsync(0, "c256")));
        Assert.Equal((299, 1, "c298", null), Places(await dataset.FindCaseAsync(1, "c299")));
        Assert.Null(await dataset.FindCaseAsync(1, "c300"));
        Assert.Null(await dataset.FindCaseAsync(2, "c0"));
        Assert.Null(await cluster.Dataset(cluster.NewName("nobody")).FindCaseAsync(0, "c0"));

        static (int, int, string?, string?) Places(CaseStanding? found) => (found!.Number, found.Version, found.Previous, found.Next);
    }

    [Fact]
    public async Task They_go_with_a_withdrawn_dataset()
    {
        var key = await cluster.ReadyDatasetAsync(cases: 1);
        await Dataset(key).AskPreviewsAsync(1, 0);
        var cases = await Eventually.HoldsAsync(() => Dataset(key).GetCasesAsync(1, 0), found => found.All(c => c.Facts.Preview is not null));

        await Dataset(key).WithdrawAsync(retireTrunks: false, deleteBlobs: true);
        await Eventually.HoldsAsync(() => Dataset(key).GetAsync(), s => s.Withdrawal is { IsDone: true });

        var preview = cases[0].Facts.Preview!;
        Assert.All(new[] { preview.Thumbnail, preview.Image, preview.Statistics }, blob => Assert.Null(cluster.Blobs.TryGetLocalPath(blob)));
        Assert.Null(await Dataset(key).FindCaseAsync(1, cases[0].CaseId));
        await Assert.ThrowsAsync<HermesException>(() => Dataset(key).AskPreviewsAsync(1, 0));
    }

    private static bool Same(CaseRecord one, CaseRecord other) =>
        (one.CaseId, one.Split, one.Facts.Image, one.Facts.Label, one.Facts.Preview) == (other.CaseId, other.Split, other.Facts.Image, other.Facts.Label, other.Facts.Preview);

    private IEnumerable<PreviewOrder> PreviewOrders(IReadOnlyList<CaseRecord> cases) =>
        cluster.Workers.Orders.OfType<PreviewOrder>().Where(o => cases.Any(c => c.Facts.Image == o.Image));

    private IDatasetGrain Dataset(string key) => cluster.Grains.GetGrain<IDatasetGrain>(key);
}
