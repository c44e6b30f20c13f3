using Hermes.Grains.Events;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Tests.Cluster;
using Hermes.Grains.Tests.Runs;

namespace Hermes.Grains.Tests.Events;

/// <summary>Whatever is sent, however often and in whatever order: a task is registered once, and what is no good is parked.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RegistrationEventTests(HermesCluster cluster)
{
    [Fact]
    public async Task Ten_thousand_deliveries_of_two_hundred_registrations_make_two_hundred_tasks()
    {
        const int Distinct = 200;
        const int Copies = 50;
        const int Publishers = 8;
        var dataset = cluster.NewName("many");
        TaskPriorsRequested[] events = [.. Enumerable.Range(0, Distinct).Select(i => Requested(dataset, $"{dataset}/structure {i}"))];
        var deliveries = Enumerable.Repeat(events, Copies).SelectMany(e => e).ToArray();
        new Random(3).Shuffle(deliveries);

        await Parallel.ForEachAsync(deliveries, new ParallelOptions { MaxDegreeOfParallelism = Publishers }, async (told, token) => await cluster.Bus.PublishAsync(told, token));

        var rows = (await Registry.ListAsync()).Where(t => t.DeclaredBy == $"local/{dataset}").ToList();
        Assert.Equal(events.Select(e => e.Tasks[0]).Order(StringComparer.Ordinal), rows.Select(r => r.Task).Order(StringComparer.Ordinal));
        Assert.Equal(Distinct, rows.Select(r => r.Index).Distinct().Count());
        var registered = FaultyBus.Published.OfType<TaskPriorsRegistered>().Where(e => e.Dataset == $"local/{dataset}").ToList();
        Assert.Equal(Distinct, registered.Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public async Task Another_schema_is_parked_and_says_what_to_do()
    {
        var told = Requested(cluster.NewName("future"), "future/task") with { SchemaVersion = 7 };

        Assert.Contains("speaks schema 7; this platform knows schema 1", await RefusalAsync(told), StringComparison.Ordinal);
        Assert.Empty(await Registry.FindAsync(["future/task"]));
    }

    [Fact]
    public async Task While_the_database_is_away_an_event_waits_and_is_not_parked()
    {
        const int LongerThanOthersAreTried = Subscriber.Retries + 2;
        var name = cluster.NewName("patient");
        var told = Requested(name, $"{name}/task");
        cluster.Storage.Refuse("taskRegistry", Registry, LongerThanOthersAreTried);

        await cluster.Bus.PublishAsync(told);

        var known = await cluster.Grains.GetGrain<IEventGrain>(told.EventId).GetAsync();
        Assert.Equal(EventState.Delivered, known.State);
        Assert.Empty(known.Failures);
    }

    [Fact]
    public async Task A_task_of_another_dataset_that_nobody_declared_is_parked()
    {
        var told = Requested(cluster.NewName("sharing"), "elsewhere/liver");

        Assert.Contains("'elsewhere/liver', which is not in its own namespace", await RefusalAsync(told), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_completed_run_that_never_was_makes_no_version()
    {
        var told = new RunCompleted
        {
            EventId = cluster.NewName("forged"), At = default, Subject = "x", Actor = "another system", Run = cluster.NewName("run"), Model = cluster.NewName("model"),
            Content = await new TrainingScript(cluster).ContentAsync(), Datasets = [],
        };

        Assert.Contains($"The run '{told.Run}' did not learn for the model '{told.Model}'", await RefusalAsync(told), StringComparison.Ordinal);
        Assert.Empty((await cluster.Grains.GetGrain<IModelGrain>(told.Model).GetAsync()).Versions);
    }

    [Fact]
    public async Task An_update_that_is_asked_for_in_vain_is_parked_with_the_reason()
    {
        var told = new UpdateRequested
        {
            EventId = cluster.NewName("asked"), At = default, Subject = "x", Actor = "another system", Update = cluster.NewName("vain"),
            Request = new() { Model = cluster.NewName("nothing"), Datasets = ["local/none"] },
        };

        Assert.Contains($"There is no model '{told.Request.Model}'", await RefusalAsync(told), StringComparison.Ordinal);
    }

    private ITaskRegistryGrain Registry => cluster.Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);

    private static TaskPriorsRequested Requested(string dataset, string task) => new()
    {
        EventId = $"another system/{dataset}/{task}", At = DateTimeOffset.UnixEpoch, Subject = $"local/{dataset}", Actor = "another system", Dataset = $"local/{dataset}", Tasks = [task],
    };

    private async Task<string> RefusalAsync(IntegrationEvent told)
    {
        await cluster.Bus.PublishAsync(told);
        var parked = await cluster.Grains.GetGrain<IEventGrain>(told.EventId).GetAsync();
        Assert.Equal(EventState.Failed, parked.State);
        return Assert.Single(parked.Failures).Cause.Message;
    }
}
