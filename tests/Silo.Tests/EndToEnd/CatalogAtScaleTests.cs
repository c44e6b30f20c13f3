using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Storage;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>What hundred sites make in years, on PostgreSQL: it is listed, searched and paged by a client as quickly as a little.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class CatalogAtScaleTests(SharedPostgreSql shared, ITestOutputHelper output) : IDisposable
{
    private const int Page = 50;
    private const int Width = 8;
    private const int Rounds = 7;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public Task A_twentieth_of_it_is_listed_searched_and_paged_and_lets_go_of_its_actors() => FillAsync(datasets: 500, runs: 5_000, registered: 12, isTimed: false);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task Ten_thousand_datasets_and_a_hundred_thousand_runs_are_listed_searched_and_paged_within_200_ms() =>
        FillAsync(datasets: 10_000, runs: 100_000, registered: 1_000, isTimed: true);

    [Fact]
    [Trait("Length", "Long")]
    public async Task Ten_thousand_datasets_of_the_embedded_platform_are_paged_searched_and_filtered_within_300_ms()
    {
        var database = new SqliteDatabase(_folder.At("hermes.db"));
        database.Prepare();
        var catalog = new SqlCatalog(database);
        await Parallel.ForAsync(0, 10_000, async (n, token) => await catalog.UpsertAsync(Dataset(n), token));

        await AskAsync("first page", new CatalogFilter(), 10_000);
        await AskAsync("last page", new CatalogFilter { Skip = 9_950 }, 10_000);
        await AskAsync("newest", new CatalogFilter { Order = CatalogOrder.Newest }, 10_000);
        await AskAsync("search for one", new CatalogFilter { Search = "ET-04217" }, 1);
        await AskAsync("of a site", new CatalogFilter { Site = "site-42" }, 100);
        await AskAsync("of a modality", new CatalogFilter { Modality = "t1" }, 2_500);
        await AskAsync("of a modality, last page", new CatalogFilter { Modality = "t1", Skip = 2_450 }, 2_500);
        await AskAsync("of a task", new CatalogFilter { Task = "dataset-04217/structure_3" }, 1);
        await AskAsync("all at once", new CatalogFilter { Search = "42", Site = "site-17", Modality = "t1", Task = "dataset-04217/structure_3", State = "READY" }, 1);
        await TimeAsync("facets", true, () => Once(() => catalog.FacetsAsync(default)), found => Assert.Equal(100, found[0].Sites.Count), TimeSpan.FromMilliseconds(300));
        SqliteConnection.ClearAllPools();

        Task AskAsync(string what, CatalogFilter filter, int count) => TimeAsync(
            what,
            true,
            () => Once(async () => (
                Rows: await catalog.ListAsync(CatalogKinds.Dataset, filter, Page, default),
                Count: await catalog.CountAsync(CatalogKinds.Dataset, filter, default))),
            found => Assert.Equal((Math.Min(Page, count), count), (found[0].Rows.Count, found[0].Count)),
            TimeSpan.FromMilliseconds(300));
    }

    private async Task FillAsync(int datasets, int runs, int registered, bool isTimed)
    {
        await using var cluster = await SiloCluster.StartAsync(shared, "one");
        await using var client = await cluster.ConnectAsync("one");
        var catalog = new SqlCatalog(new PostgresDatabase(cluster.Database));
        await Parallel.ForAsync(0, datasets, new ParallelOptions { MaxDegreeOfParallelism = Width }, async (n, token) => await catalog.UpsertAsync(Dataset(n), token));
        await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = Width }, async (n, token) => await catalog.UpsertAsync(Run(n), token));

        await TimeAsync("first page of runs", isTimed, () => client.Runs.ListAsync().Take(Page), found => Assert.Equal("run-000000", found[0].Name));
        var middle = string.Create(CultureInfo.InvariantCulture, $"run-{runs / 2:000000}");
        await TimeAsync(
            "page in the middle", isTimed, () => client.Runs.ListAsync(new CatalogFilter { After = middle }).Take(Page), found => Assert.Equal(Next(middle), found[0].Name));
        await TimeAsync(
            "search for one", isTimed, () => client.Runs.ListAsync(new CatalogFilter { Search = "N-004217" }), found => Assert.Equal("run-004217", Assert.Single(found).Name));
        await TimeAsync("search for none", isTimed, () => client.Runs.ListAsync(new CatalogFilter { Search = "nowhere" }), Assert.Empty);
        await TimeAsync(
            "failed ones",
            isTimed,
            () => client.Runs.ListAsync(new CatalogFilter { State = RunState.Failed.Word() }).Take(Page),
            found => Assert.All(found, r => Assert.Equal(RunState.Failed, r.State)));
        await TimeAsync("first page of datasets", isTimed, () => client.Datasets.ListAsync().Take(Page), found => Assert.Equal(Page, found.Count));
        await TimeAsync(
            "datasets of a site",
            isTimed,
            () => client.Datasets.ListAsync(new CatalogFilter { Search = "site-42/" }).Take(Page),
            found => Assert.All(found, d => Assert.Equal("site-42", d.Declaration!.Site)));
        await TimeAsync(
            "datasets of a modality",
            isTimed,
            () => client.Datasets.ListAsync(new CatalogFilter { Modality = "t1" }).Take(Page),
            found => Assert.All(found, d => Assert.Equal("t1", d.Declaration!.Modality)));
        await TimeAsync(
            "datasets with a task",
            isTimed,
            () => client.Datasets.ListAsync(new CatalogFilter { Task = "dataset-00421/structure_3" }),
            found => Assert.Equal("dataset-00421", Assert.Single(found).Declaration!.Name));
        await TimeAsync(
            "a page of most datasets, counted",
            isTimed,
            () => Once(() => client.Datasets.ListPageAsync(new CatalogFilter { Modality = "ct", Skip = datasets / 2 }, Page)),
            found => Assert.Equal((Page, datasets / 4 * 3), (found[0].Items.Count, found[0].Count)),
            Quick * 3);
        Assert.Equal(datasets, await client.Datasets.ListAsync().Select(d => $"{d.Declaration!.Site}/{d.Declaration.Name}").Distinct().CountAsync());

        await RegisterAsync(client, registered);
        var management = (await cluster["one"].ConnectAsync()).GetGrain<IManagementGrain>(0);
        var (most, left) = (await management.GetTotalActivationCount(), int.MaxValue);

        // What was registered is told by events, which wake others for a moment.
        await Platform.UntilAsync(async () =>
        {
            await management.ForceActivationCollection(TimeSpan.Zero);
            left = await management.GetTotalActivationCount();
            most = Math.Max(most, left);
            return most - left >= registered;
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"actors: {most}, {left} when idle ones are let go"));
    }

    /// <summary>Adds real datasets of one case each.</summary>
    private async Task RegisterAsync(HermesClient client, int count)
    {
        var sources = Enumerable.Range(0, count).Select(n =>
        {
            var (name, folder) = (string.Create(CultureInfo.InvariantCulture, $"registered-{n}"), _folder.At(string.Create(CultureInfo.InvariantCulture, $"registered-{n}")));
            Scans.Write(Path.Combine(folder, "images", "a.nii.gz"), Scans.Image(n));
            Scans.Write(Path.Combine(folder, "labels", "a.nii.gz"), Scans.Label());
            File.WriteAllText(Path.Combine(folder, "names.json"), """{"1": "box"}""");
            return Platform.Source(name, folder, "names.json", "ct", training: 1);
        }).ToList();
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            sources, new ParallelOptions { MaxDegreeOfParallelism = Width }, async (source, token) => await client.Datasets.AddAsync(source, cancellationToken: token));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} datasets registered in {clock.Elapsed.TotalSeconds:0.0} s"));
    }

    private async Task TimeAsync<T>(string what, bool isTimed, Func<IAsyncEnumerable<T>> list, Action<List<T>> check, TimeSpan? limit = null)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            var found = await list().ToListAsync();
            times.Add(clock.Elapsed);
            check(found);
        }

        var median = times.Order().ElementAt(Rounds / 2);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {median.TotalMilliseconds:0} ms"));
        Assert.True(!isTimed || median < (limit ?? Quick), $"{what} took {median.TotalMilliseconds:0} ms.");
    }

    private static async IAsyncEnumerable<T> Once<T>(Func<Task<T>> ask)
    {
        yield return await ask();
    }

    private static string Next(string run) => string.Create(CultureInfo.InvariantCulture, $"run-{int.Parse(run["run-".Length..], CultureInfo.InvariantCulture) + 1:000000}");

    private static CatalogEntry Dataset(int n)
    {
        var (site, name) = (string.Create(CultureInfo.InvariantCulture, $"site-{n % 100}"), string.Create(CultureInfo.InvariantCulture, $"dataset-{n:00000}"));
        var status = new DatasetStatus
        {
            State = DatasetState.Ready,
            Version = 1,
            Cases = 100,
            CasesPerSplit = new Dictionary<Split, int> { [Split.Train] = 70, [Split.Validation] = 10, [Split.Test] = 20 },
            Declaration = new DatasetDeclaration
            {
                Site = site,
                Name = name,
                Modality = n % 4 == 1 ? "t1" : "ct",
                Labels =
                [
                    .. from label in Enumerable.Range(1, 12)
                       let structure = string.Create(CultureInfo.InvariantCulture, $"structure_{label}")
                       select new LabelEntry(label, structure, $"{name}/{structure}"),
                ],
            },
        };
        return Entry(CatalogKinds.Dataset, Names.DatasetKey(site, name), status.State.Word(), status);
    }

    private static CatalogEntry Run(int n)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"run-{n:000000}");
        var status = new RunStatus
        {
            Name = name,
            State = n % 10 == 0 ? RunState.Failed : RunState.Completed,
            Request = new RunRequest { Preset = "small", Steps = 4_000, Seed = n, Datasets = [.. Enumerable.Range(0, 8).Select(d => $"site-{d}/dataset-{d:00000}")] },
            Step = 4_000,
            StepsTotal = 4_000,
            Cause = n % 10 == 0 ? new Failure("The worker ended with code 137 three times at step 210.") : null,
            LastMetrics = new Dictionary<string, double> { ["loss"] = 0.25, ["secondsPerStep"] = 0.5, ["validationDice"] = 0.8 },
        };
        return Entry(CatalogKinds.Run, name, status.State.Word(), status);
    }

    private static CatalogEntry Entry<T>(string kind, string key, string state, T status) =>
        new(kind, key, 1, state, false, JsonSerializer.Serialize(status, WorkOrderJson.Options), DateTimeOffset.UnixEpoch);
}
