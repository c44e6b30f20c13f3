using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Storage;

/// <summary>What the catalog promises, whatever database it lies in.</summary>
public abstract class CatalogContract : IAsyncLifetime
{
    private SqlCatalog _catalog = null!;

    public async Task InitializeAsync() => _catalog = new SqlCatalog(await PrepareAsync());

    public abstract Task DisposeAsync();

    [SkippableFact]
    public async Task The_newest_version_wins_in_whatever_order_rows_arrive()
    {
        await _catalog.UpsertAsync(Row("a", 2, "READY"), default);
        await _catalog.UpsertAsync(Row("a", 1, "INGESTING", unfinished: true), default);
        await _catalog.UpsertAsync(Row("a", 3, "READY") with { Document = """{"cases":3}""" }, default);

        var row = Assert.Single(await _catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 10, default));

        Assert.Equal(Row("a", 3, "READY") with { Document = """{"cases":3}""" }, row);
        Assert.Empty(await _catalog.UnfinishedAsync(default));
    }

    [SkippableFact]
    public async Task Lists_are_paged_in_the_order_of_keys_and_hide_owners_that_hold_nothing()
    {
        foreach (var key in new[] { "d", "b", "a", "c", "e", "f" })
        {
            await _catalog.UpsertAsync(Row(key, 1, key switch { "c" => "REFUSED", "e" => "ABSENT", "f" => "STAGING", _ => "READY" }), default);
        }

        await _catalog.UpsertAsync(Row("z", 1, "READY") with { Kind = CatalogKinds.Model }, default);

        Assert.Equal(["a", "b"], (await _catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 2, default)).Select(r => r.Key));
        Assert.Equal(["d"], (await _catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter { After = "b" }, 2, default)).Select(r => r.Key));
    }

    [SkippableFact]
    public async Task A_part_of_the_key_and_a_state_are_searched_for_as_they_are_written()
    {
        foreach (var (key, state) in new[] { ("local/Abdomen-1", "READY"), ("local/abdomen_2", "WITHDRAWN"), ("local/thorax", "READY"), ("site%/abdomen", "READY"), ("a\\b", "READY") })
        {
            await _catalog.UpsertAsync(Row(key, 1, state), default);
        }

        Assert.Equal(["local/Abdomen-1", "local/abdomen_2", "site%/abdomen"], await FoundAsync(new CatalogFilter { Search = "ABDOMEN" }));
        Assert.Equal(["local/abdomen_2", "site%/abdomen"], await FoundAsync(new CatalogFilter { Search = "abdomen", After = "local/Abdomen-1" }));
        Assert.Equal(["local/abdomen_2"], await FoundAsync(new CatalogFilter { Search = "n_" }));
        Assert.Equal(["site%/abdomen"], await FoundAsync(new CatalogFilter { Search = "%" }));
        Assert.Equal(["a\\b"], await FoundAsync(new CatalogFilter { Search = "\\" }));
        Assert.Equal(["local/abdomen_2"], await FoundAsync(new CatalogFilter { State = "WITHDRAWN" }));
    }

    [SkippableFact]
    public async Task Datasets_are_told_apart_by_site_modality_and_the_tasks_they_declare()
    {
        await _catalog.UpsertAsync(Dataset("clinic", "a", "ct", "a/liver", "a/spleen"), default);
        await _catalog.UpsertAsync(Dataset("clinic", "b", "t1", "a/liver"), default);
        await _catalog.UpsertAsync(Dataset("clinic-2", "c", "ct", "c/liver_vessel"), default);
        await _catalog.UpsertAsync(Dataset("clinic", "gone", "pet", "a/liver") with { State = "REFUSED" }, default);
        await _catalog.UpsertAsync(Row("clinic/bare", 1, "READY"), default);

        Assert.Equal(["clinic/a", "clinic/b", "clinic/bare"], await FoundAsync(new CatalogFilter { Site = "clinic" }));
        Assert.Equal(["clinic-2/c"], await FoundAsync(new CatalogFilter { Site = "clinic-2" }));
        Assert.Equal(["clinic-2/c", "clinic/a"], await FoundAsync(new CatalogFilter { Modality = "ct" }));
        Assert.Equal(["clinic/a", "clinic/b"], await FoundAsync(new CatalogFilter { Task = "a/liver" }));
        Assert.Empty(await FoundAsync(new CatalogFilter { Task = "liver" }));
        Assert.Empty(await FoundAsync(new CatalogFilter { Task = "' OR 1 = 1 --" }));
        Assert.Equal(["clinic/b"], await FoundAsync(new CatalogFilter { Task = "a/liver", Modality = "t1", Site = "clinic", Search = "B", State = "READY" }));
        var facets = await _catalog.FacetsAsync(default);
        Assert.Equal(["clinic", "clinic-2"], facets.Sites);
        Assert.Equal(["ct", "t1"], facets.Modalities);
    }

    [SkippableFact]
    public async Task Runs_are_found_by_a_dataset_that_they_learn_from()
    {
        await _catalog.UpsertAsync(Run("one", "clinic/ct"), default);
        await _catalog.UpsertAsync(Run("both", "clinic/ct", "clinic/mr"), default);
        await _catalog.UpsertAsync(Run("other", "clinic/ct_2"), default);
        await _catalog.UpsertAsync(Run("none") with { Document = """{"request":{"datasets":["clinic/ct"]},"note":"\"dataset\":\"clinic/ct\""}""" }, default);

        Assert.Equal(["both", "one"], await FoundAsync("clinic/ct"));
        Assert.Equal(["both"], await FoundAsync("clinic/mr"));
        Assert.Empty(await FoundAsync("clinic/"));

        static CatalogEntry Run(string name, params IEnumerable<string> datasets) => Row(name, 1, "COMPLETED") with
        {
            Kind = CatalogKinds.Run,
            Document = JsonSerializer.Serialize(
                new RunStatus { Name = name, State = RunState.Completed, Datasets = [.. datasets.Select(d => new PinnedDataset(d, 3))] }, WorkOrderJson.Options),
        };

        async Task<IEnumerable<string>> FoundAsync(string dataset) =>
            (await _catalog.ListAsync(CatalogKinds.Run, new CatalogFilter { Dataset = dataset }, 10, default)).Select(r => r.Key);
    }

    [SkippableFact]
    public async Task Segmentations_are_found_by_the_name_of_their_image_and_by_the_digest_of_a_volume_in_them()
    {
        var (image, mask) = (new string('1', 64), new string('2', 64));
        await _catalog.UpsertAsync(Asked("a", "Scan_7.nii.gz", image, null), default);
        await _catalog.UpsertAsync(Asked("b", "scan.nii.gz", image, mask), default);
        await _catalog.UpsertAsync(Asked("c", null, mask, null), default);

        Assert.Equal(["a"], await FoundAsync("scan_7"));
        Assert.Equal(["a", "b"], await FoundAsync("scan"));
        Assert.Equal(["a", "b"], await FoundAsync(image));
        Assert.Equal(["b", "c"], await FoundAsync(mask));
        Assert.Empty(await FoundAsync(new string('3', 64)));

        static CatalogEntry Asked(string key, string? file, string image, string? mask) => Row(key, 1, "COMPLETED") with
        {
            Kind = CatalogKinds.Segmentation,
            Document = JsonSerializer.Serialize(
                new
                {
                    state = "completed",
                    request = new { imageFile = file, image = new BlobRef("local", image, 1, MediaTypes.NiftiGz) },
                    result = mask is null ? null : new { labelMap = new BlobRef("local", mask, 1, MediaTypes.NiftiGz) },
                },
                WorkOrderJson.Options),
        };

        async Task<IEnumerable<string>> FoundAsync(string volume) =>
            (await _catalog.ListAsync(CatalogKinds.Segmentation, new CatalogFilter { Volume = volume }, 10, default)).Select(r => r.Key);
    }

    [SkippableFact]
    public async Task Datasets_whose_last_append_was_refused_are_found()
    {
        await _catalog.UpsertAsync(Refused("local/a", 0), default);
        await _catalog.UpsertAsync(Refused("local/b", 1), default);
        await _catalog.UpsertAsync(Refused("local/c", 10), default);
        await _catalog.UpsertAsync(Row("local/bare", 1, "READY"), default);

        Assert.Equal(["local/b", "local/c"], await FoundAsync(new CatalogFilter { IsRefused = true }));
        Assert.Equal(2, await _catalog.CountAsync(CatalogKinds.Dataset, new CatalogFilter { IsRefused = true, State = "READY" }, default));

        static CatalogEntry Refused(string key, int problems) => Row(key, 1, "READY") with
        {
            Document = JsonSerializer.Serialize(new DatasetStatus { State = DatasetState.Ready, ProblemCount = problems }, WorkOrderJson.Options),
        };
    }

    [SkippableFact]
    public async Task Events_are_told_apart_by_their_kind_subject_and_actor()
    {
        await _catalog.UpsertAsync(Event("dataset/local/a@1", "local/a@1", "dataset local/a"), default);
        await _catalog.UpsertAsync(Event("pacs/7", "local/a@2", "PACS"), default);
        await _catalog.UpsertAsync(
            Event(new DatasetWithdrawn { EventId = "dataset/local/a/withdrawn", At = DateTimeOffset.UnixEpoch, Subject = "local/a", Actor = "dataset local/a", Dataset = "local/a" }), default);
        await _catalog.UpsertAsync(Row("unread/1", 1, "FAILED"), default);

        Assert.Equal(["dataset/local/a@1", "pacs/7"], await FoundAsync(new CatalogFilter { Event = nameof(DatasetReady) }));
        Assert.Empty(await FoundAsync(new CatalogFilter { Event = "Dataset%" }));
        Assert.Equal(["dataset/local/a@1", "pacs/7"], await FoundAsync(new CatalogFilter { Subject = "A@" }));
        Assert.Empty(await FoundAsync(new CatalogFilter { Subject = "_@" }));
        Assert.Equal(["pacs/7"], await FoundAsync(new CatalogFilter { Actor = "pacs" }));
        Assert.Equal(["dataset/local/a@1"], await FoundAsync(new CatalogFilter { Event = nameof(DatasetReady), Actor = "dataset", Search = "DATASET" }));
        Assert.Equal(1, await _catalog.CountAsync(CatalogKinds.Dataset, new CatalogFilter { Event = nameof(DatasetWithdrawn) }, default));
    }

    [SkippableFact]
    public async Task A_page_is_read_at_an_offset_in_either_order_and_all_matches_are_counted()
    {
        foreach (var key in new[] { "a/1", "a/2", "a/3", "b/4" })
        {
            await _catalog.UpsertAsync(Row(key, key[^1], "READY", unfinished: key is "a/1" or "a/3"), default);
        }

        var wanted = new CatalogFilter { Site = "a", Skip = 1 };

        Assert.Equal(["a/2", "a/3"], await FoundAsync(wanted));
        Assert.Equal(["a/2", "a/1"], await FoundAsync(wanted with { Order = CatalogOrder.KeyDescending }));
        Assert.Equal(["b/4", "a/3", "a/2", "a/1"], await FoundAsync(new CatalogFilter { Order = CatalogOrder.Newest }));
        Assert.Equal(["a/1", "a/3"], await FoundAsync(new CatalogFilter { IsUnfinished = true }));
        Assert.Empty(await FoundAsync(wanted with { Skip = 3 }));
        Assert.Equal(3, await _catalog.CountAsync(CatalogKinds.Dataset, wanted, default));
        Assert.Equal(0, await _catalog.CountAsync(CatalogKinds.Run, wanted, default));
    }

    [SkippableFact]
    public async Task Unfinished_work_is_found_again()
    {
        await _catalog.UpsertAsync(Row("a", 1, "QUEUED", unfinished: true), default);
        await _catalog.UpsertAsync(Row("b", 1, "READY"), default);

        Assert.Equal(["a"], (await _catalog.UnfinishedAsync(default)).Select(r => r.Key));
    }

    [SkippableFact]
    public async Task Keys_have_one_order_whatever_the_locale()
    {
        string[] keys = ["local/B", "local/a", "local/ä", "local/a-1", "local/a_1", "local/a0", "other/a"];
        foreach (var key in keys.Reverse())
        {
            await _catalog.UpsertAsync(Row(key, 1, "READY"), default);
        }

        Assert.Equal(keys.Order(StringComparer.Ordinal), (await _catalog.ListAsync(CatalogKinds.Dataset, new CatalogFilter(), 10, default)).Select(r => r.Key));
    }

    private protected abstract Task<Database> PrepareAsync();

    private static CatalogEntry Row(string key, long version, string state, bool unfinished = false) =>
        new(CatalogKinds.Dataset, key, version, state, unfinished, "{}", DateTimeOffset.UnixEpoch.AddMilliseconds(version));

    private static CatalogEntry Dataset(string site, string name, string modality, params IEnumerable<string> tasks)
    {
        var declaration = new DatasetDeclaration { Site = site, Name = name, Modality = modality, Labels = [.. tasks.Select((task, i) => new LabelEntry(i + 1, task, task))] };
        var status = new DatasetStatus { State = DatasetState.Ready, Declaration = declaration };
        return Row(Names.DatasetKey(site, name), 1, "READY") with { Document = JsonSerializer.Serialize(status, WorkOrderJson.Options) };
    }

    private static CatalogEntry Event(string id, string subject, string actor) => Event(new DatasetReady
    {
        EventId = id, At = DateTimeOffset.UnixEpoch, Subject = subject, Actor = actor, Dataset = new PinnedDataset("local/a", 1), Cases = 1, Modality = "ct", Tasks = [],
    });

    private static CatalogEntry Event(IntegrationEvent told)
    {
        var status = new EventStatus { EventId = told.EventId, State = EventState.Delivered, Event = told };
        return Row(told.EventId, 1, "DELIVERED") with { Document = JsonSerializer.Serialize(status, WorkOrderJson.Options) };
    }

    private async Task<IEnumerable<string>> FoundAsync(CatalogFilter filter) => (await _catalog.ListAsync(CatalogKinds.Dataset, filter, 10, default)).Select(r => r.Key);
}
