using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Tests.Cluster;

namespace Hermes.Grains.Tests.Datasets;

/// <summary>A task is registered with its dataset's label schema, once for ever: a map that changes under the same name, or takes another's task, is refused.</summary>
[Collection(ClusterCollection.Name)]
public sealed class LabelSchemaChangeTests(HermesCluster cluster)
{
    [Fact]
    public async Task Tasks_of_a_dataset_are_registered_with_its_label_schema_and_keep_it()
    {
        var (name, own) = await ReadyAsync();
        var schema = LabelSchema.Of(own.Labels);
        var sharing = cluster.NewName("sharing");
        var shared = new LabelEntry(1, "foie", $"{name}/liver");

        await ReadyAsync(await cluster.AddAsync(sharing, "add", [await cluster.CaseAsync("c")], shared, new LabelEntry(2, "bile", $"{sharing}/bile")));

        Assert.All(await EntriesAsync(name), t => Assert.Equal((schema, $"local/{name}"), (t.LabelSchema, t.DeclaredBy)));
        Assert.Equal(LabelSchema.Of([shared, new LabelEntry(2, "bile", "")]), Assert.Single(await EntriesAsync(sharing)).LabelSchema);
        Assert.Equal(2, (await EntriesAsync(name)).Count);
    }

    [Fact]
    public async Task A_label_map_that_changed_under_the_same_name_is_refused_with_both_schemas_and_what_to_do()
    {
        var (name, own) = await ReadyAsync();
        var changed = own with { Labels = [own.Labels[0], own.Labels[1] with { Value = 7 }] };
        var dataset = cluster.Dataset(name);

        var refusal = await Assert.ThrowsAsync<HermesException>(() => dataset.BeginAddAsync("again", changed, 1));

        Assert.Equal(
            $"Dataset '{name}' exists. Where dataset '{name}' has 2 spleen ({name}/spleen), this label map has 7 spleen ({name}/spleen); "
            + $"another label map is another label schema, {LabelSchema.Of(changed.Labels)[..12]} instead of {LabelSchema.Of(own.Labels)[..12]}.",
            refusal.Message);
        Assert.Equal(("Choose another name.", Remedy.ShowDataset, name), (refusal.Hint, refusal.Remedy, refusal.About));
        Assert.Equal(refusal.Message, (await Assert.ThrowsAsync<HermesException>(() => dataset.CheckAddAsync(changed, 1))).Message);
        Assert.Equal(own.Labels, (await dataset.GetAsync()).Declaration!.Labels);
    }

    [Fact]
    public async Task A_structure_that_is_renamed_to_an_existing_one_is_refused_with_what_to_do()
    {
        var (name, own) = await ReadyAsync();
        var dataset = cluster.Dataset(name);

        // Two values would be the same task, the names of two would be exchanged, or the task would be that of another dataset.
        Assert.Equal(
            ($"The structure 'liver' occurs 2 times in the label map of dataset '{name}'.", "Every label needs a structure of its own."),
            await RefusalAsync([own.Labels[0], own.Labels[0] with { Value = 2 }]));
        Assert.Equal(
            ($"The task '{name}/liver' occurs 2 times in the label map of dataset '{name}'.", "Every label needs a task of its own."),
            await TaskRefusalAsync());
        var (exchanged, hint) = await RefusalAsync([own.Labels[0] with { Value = 2 }, own.Labels[1] with { Value = 1 }]);
        Assert.Contains("another label map is another label schema", exchanged, StringComparison.Ordinal);
        Assert.Equal("Use the label map of the dataset, or add the cases as a dataset under another name.", hint);

        var elsewhere = HermesCluster.Declare(name) with { Site = "north" };
        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Grains.GetGrain<IDatasetGrain>($"north/{name}").BeginAddAsync("add", elsewhere, 1));
        Assert.Equal(($"Task '{name}/liver' was declared by dataset 'local/{name}' already.", Remedy.ShareTask), (refusal.Message, refusal.Remedy));

        async Task<(string, string?)> RefusalAsync(LabelEntry[] labels)
        {
            var refused = await Assert.ThrowsAsync<HermesException>(() => dataset.BeginAppendAsync("more", own with { Labels = labels }, 1));
            return (refused.Message, refused.Hint);
        }

        // Of a dataset that shares: two structures of its own for one task of the other.
        async Task<(string, string?)> TaskRefusalAsync()
        {
            var other = cluster.NewName("set");
            LabelEntry[] twice = [new(1, "liver", $"{name}/liver"), new(2, "foie", $"{name}/liver")];
            var refused = await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset(other).BeginAddAsync("add", HermesCluster.Declare(other, twice), 1));
            return (refused.Message.Replace(other, name, StringComparison.Ordinal), refused.Hint);
        }
    }

    [Fact]
    public async Task An_event_that_brings_another_schema_or_takes_a_task_of_another_dataset_is_parked_and_registers_nothing()
    {
        var (name, own) = await ReadyAsync();
        var other = LabelSchema.Of([own.Labels[0]]);

        Assert.Equal(
            $"The tasks of dataset 'local/{name}' have the label schema {LabelSchema.Of(own.Labels)[..12]}, and this label map is {other[..12]}: "
            + "other values or names are another label schema.",
            (await ParkedAsync($"local/{name}", $"{name}/bile", other)).Message);
        Assert.Equal(
            "Use the label map that the tasks were registered with, or add the dataset under another name.", (await ParkedAsync($"local/{name}", $"{name}/liver", other)).Hint);
        Assert.Equal(Remedy.ShareTask, (await ParkedAsync($"north/{name}", $"{name}/liver", null)).Remedy);
        Assert.Equal(
            $"The label map of dataset 'local/{name}' has no structure of the task '{name}/bile', and another label map is another label schema.",
            (await ParkedAsync($"local/{name}", $"{name}/bile", null)).Message);
        Assert.Contains("'2' is not the version of a label schema", (await ParkedAsync($"local/{name}", $"{name}/liver", "2")).Message, StringComparison.Ordinal);
        Assert.Equal([$"{name}/liver", $"{name}/spleen"], (await EntriesAsync(name)).Select(t => t.Task));
        Assert.All(await EntriesAsync(name), t => Assert.Equal(LabelSchema.Of(own.Labels), t.LabelSchema));
    }

    [Fact]
    public async Task A_task_that_was_registered_without_a_schema_gets_that_of_its_dataset_and_one_with_another_keeps_the_dataset_out()
    {
        var (name, taken) = (cluster.NewName("early"), cluster.NewName("taken"));
        await Registry.RegisterAsync($"local/{name}", [$"{name}/liver"]);
        await Registry.RegisterAsync($"local/{taken}", [$"{taken}/liver"], new string('a', 64));

        await ReadyAsync(await cluster.AddAsync(name, "add", [await cluster.CaseAsync("c")]));
        var refusal = await Assert.ThrowsAsync<HermesException>(() => cluster.Dataset(taken).BeginAddAsync("add", HermesCluster.Declare(taken), 1));

        Assert.All(await EntriesAsync(name), t => Assert.Equal(LabelSchema.Of(HermesCluster.Declare(name).Labels), t.LabelSchema));
        Assert.Contains("have the label schema aaaaaaaaaaaa, and this label map is", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(DatasetState.Absent, (await cluster.Dataset(taken).GetAsync()).State);
    }

    private ITaskRegistryGrain Registry => cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);

    private async Task<List<TaskEntry>> EntriesAsync(string name) => [.. (await Registry.ListAsync()).Where(t => t.Task.StartsWith($"{name}/", StringComparison.Ordinal))];

    private async Task<(string Name, DatasetDeclaration Declaration)> ReadyAsync()
    {
        var name = (await cluster.ReadyDatasetAsync(1)).Split('/')[1];
        return (name, (await cluster.Dataset(name).GetAsync()).Declaration!);
    }

    private static Task<DatasetStatus> ReadyAsync(IDatasetGrain dataset) => Eventually.HoldsAsync(() => dataset.GetAsync(), s => s.State == DatasetState.Ready);

    private async Task<Failure> ParkedAsync(string dataset, string task, string? labelSchema)
    {
        var told = new TaskPriorsRequested
        {
            EventId = cluster.NewName("told"), At = DateTimeOffset.UnixEpoch, Subject = dataset, Actor = "another system",
            Dataset = dataset, Tasks = [task], LabelSchema = labelSchema,
        };
        await cluster.Bus.PublishAsync(told);
        var parked = await cluster.Grains.GetGrain<IEventGrain>(told.EventId).GetAsync();
        Assert.Equal(EventState.Failed, parked.State);
        return Assert.Single(parked.Failures).Cause;
    }
}
