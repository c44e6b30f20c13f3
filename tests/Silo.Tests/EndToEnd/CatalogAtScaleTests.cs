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

    private async Task TimeAsync<T>(string what, bool isTimed, Func<IAsyncEnumerable<T>> list, Action<List<T>> check)
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
        Assert.True(!isTimed || median < Quick, $"{what} took {median.TotalMilliseconds:0} ms.");
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
                Modality = "ct",
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
