using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Seams;
using Hermes.Grains.Tasks;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Events;

/// <summary>A completed run becomes a model version.</summary>
public sealed class PublishModelVersion(IGrainFactory grains, ILogger<PublishModelVersion> log) : Subscriber<RunCompleted>(grains, log)
{
    /// <inheritdoc/>
    protected override async Task TakeAsync(RunCompleted told, CancellationToken cancellationToken)
    {
        // What becomes a version is what the run says of itself: anybody may send events.
        var run = Grains.GetGrain<IRunGrain>(told.Run);
        if (await run.GetAsync(cancellationToken) is not { State: RunState.Completed, Content: { } content, Request: { Trunk: null } request } status
            || request.Model != told.Model || content.Package != told.Content.Package)
        {
            throw new HermesException($"The run '{told.Run}' did not learn for the model '{told.Model}' what the event says.", hint: "Discard the event.");
        }

        var version = await Grains.GetGrain<IModelGrain>(request.Model).PublishAsync(told.Run, content, status.Datasets, cancellationToken);
        await run.PublishedAsync(version.Version);
    }
}

/// <summary>A dataset that is ready is learned by the model it was added for, and by those whose rules cover it.</summary>
public sealed class GrowModels(IGrainFactory grains, ICatalogStore catalog, ILogger<GrowModels> log) : Subscriber<DatasetReady>(grains, log)
{
    /// <inheritdoc/>
    protected override async Task TakeAsync(DatasetReady told, CancellationToken cancellationToken)
    {
        await foreach (var model in catalog.AllAsync(CatalogKinds.Model, cancellationToken))
        {
            if (model.Key != told.Grow)
            {
                await Grains.GetGrain<IModelGrain>(model.Key).GrowAsync(told.Dataset, isAsked: false, cancellationToken);
            }
        }

        if (told.Grow is { } asked)
        {
            await Grains.GetGrain<IModelGrain>(asked).GrowAsync(told.Dataset, isAsked: true, cancellationToken);
        }
    }
}

/// <summary>Tasks that are asked for get their rows, and whoever waits for them is told.</summary>
public sealed class RegisterTaskPriors(IGrainFactory grains, IEventBus bus, TimeProvider clock, ILogger<RegisterTaskPriors> log) : Subscriber<TaskPriorsRequested>(grains, log)
{
    /// <inheritdoc/>
    protected override async Task TakeAsync(TaskPriorsRequested told, CancellationToken cancellationToken)
    {
        var registry = Grains.GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);
        var space = told.Dataset[(told.Dataset.IndexOf('/', StringComparison.Ordinal) + 1)..];
        List<string> foreign = [.. told.Tasks.Where(t => !t.StartsWith($"{space}/", StringComparison.Ordinal))];
        var known = await registry.FindAsync(foreign, cancellationToken);
        if (foreign.Find(t => known.All(k => k.Task != t)) is { } unknown)
        {
            throw new HermesException(
                $"The dataset {told.Dataset} asks for the task '{unknown}', which is not in its own namespace '{space}/' and which no dataset has declared.",
                hint: "Add the dataset that declares it first, or check the spelling.");
        }

        var schema = await LabelSchemaAsync(told, cancellationToken);
        var rows = await registry.RegisterAsync(told.Dataset, told.Tasks, schema, cancellationToken);
        var registered = new TaskPriorsRegistered
        {
            EventId = $"{told.EventId}/registered",
            At = clock.GetUtcNow(),
            Subject = told.Dataset,
            Actor = "task registry",
            Dataset = told.Dataset,
            Tasks = rows,
            Update = told.Update,
        };
        await bus.PublishAsync(registered, cancellationToken);
    }

    // What a dataset of this platform says of itself counts: anybody may send events.
    private async Task<string?> LabelSchemaAsync(TaskPriorsRequested told, CancellationToken cancellationToken)
    {
        TaskRules.RequireWellFormed(told.LabelSchema);
        if (await Grains.GetGrain<IDatasetGrain>(told.Dataset).GetAsync(cancellationToken) is not { Version: > 0, Declaration.Labels: { } labels })
        {
            return told.LabelSchema;
        }

        var own = LabelSchema.Of(labels);
        TaskRules.RequireSchema(told.Dataset, own, told.LabelSchema);
        return told.Tasks.FirstOrDefault(t => labels.All(l => l.Task != t)) is not { } unknown ? own : throw new HermesException(
            $"The label map of dataset '{told.Dataset}' has no structure of the task '{unknown}', and another label map is another label schema.",
            hint: "Check the spelling, or add a dataset with that structure under another name.");
    }
}

/// <summary>An update that waits for its tasks goes on.</summary>
public sealed class GoOnWithUpdate(IGrainFactory grains, ILogger<GoOnWithUpdate> log) : Subscriber<TaskPriorsRegistered>(grains, log)
{
    /// <inheritdoc/>
    protected override Task TakeAsync(TaskPriorsRegistered told, CancellationToken cancellationToken) => told.Update is { } update
        ? Grains.GetGrain<IUpdateGrain>(update).TasksRegisteredAsync(told.Dataset, cancellationToken)
        : Task.CompletedTask;
}

/// <summary>An update that is asked for begins; where it cannot, its datasets say why.</summary>
public sealed class CreateUpdate(IGrainFactory grains, ILogger<CreateUpdate> log) : Subscriber<UpdateRequested>(grains, log)
{
    /// <inheritdoc/>
    protected override async Task TakeAsync(UpdateRequested told, CancellationToken cancellationToken)
    {
        try
        {
            await Grains.GetGrain<IUpdateGrain>(Names.Require(told.Update, "update")).CreateAsync(told.EventId, told.Request, cancellationToken);
        }
        catch (HermesException refusal) when (!refusal.IsPassing)
        {
            foreach (var dataset in told.Request.Datasets)
            {
                var grain = Grains.GetGrain<IDatasetGrain>(dataset);
                var note = new DatasetUpdate
                {
                    Update = told.Update, Model = told.Request.Model, Version = (await grain.GetAsync(cancellationToken)).Version, State = UpdateState.Failed.Word(), At = told.At,
                    Cause = refusal.Message,
                };
                await grain.NoteUpdateAsync(note, cancellationToken);
            }

            throw;
        }
    }
}

/// <summary>What was proven becomes live, where that was asked for.</summary>
public sealed class PromoteUpdate(IGrainFactory grains, ILogger<PromoteUpdate> log) : Subscriber<UpdateCertified>(grains, log)
{
    /// <inheritdoc/>
    protected override Task TakeAsync(UpdateCertified told, CancellationToken cancellationToken) => told.AutoPromote
        ? Grains.GetGrain<IUpdateGrain>(told.Update).PromoteAsync(accept: false, cancellationToken)
        : Task.CompletedTask;
}

/// <summary>Datasets say what becomes of them: which updates learn them, and where those stand.</summary>
public sealed class NoteUpdates(IGrainFactory grains, ILogger<NoteUpdates> log) : Subscriber<UpdateProgressed>(grains, log)
{
    /// <inheritdoc/>
    protected override Task TakeAsync(UpdateProgressed told, CancellationToken cancellationToken) =>
        Grains.NoteAsync(told.Datasets, new DatasetUpdate { Update = told.Update, Model = told.Model, State = told.State, At = told.At, Cause = told.Cause }, cancellationToken);
}

/// <summary>Datasets say that what was learned from them is proven to leave old answers alone.</summary>
public sealed class NoteCertified(IGrainFactory grains, ILogger<NoteCertified> log) : Subscriber<UpdateCertified>(grains, log)
{
    /// <inheritdoc/>
    protected override Task TakeAsync(UpdateCertified told, CancellationToken cancellationToken) =>
        Grains.NoteAsync(told.Datasets, new DatasetUpdate { Update = told.Update, Model = told.Model, State = UpdateState.Certified.Word(), At = told.At }, cancellationToken);
}

/// <summary>Datasets say that what was learned from them never becomes live, and why.</summary>
public sealed class NoteRejected(IGrainFactory grains, ILogger<NoteRejected> log) : Subscriber<UpdateRejected>(grains, log)
{
    /// <inheritdoc/>
    protected override Task TakeAsync(UpdateRejected told, CancellationToken cancellationToken)
    {
        var cause = string.Join(' ', told.Certificate.Remarks);
        var note = new DatasetUpdate { Update = told.Update, Model = told.Model, State = UpdateState.Rejected.Word(), At = told.At, Cause = cause };
        return Grains.NoteAsync(told.Datasets, note, cancellationToken);
    }
}

/// <summary>Datasets say which live versions learned from them.</summary>
public sealed class NoteUses(IGrainFactory grains, ILogger<NoteUses> log) : Subscriber<ModelVersionPublished>(grains, log)
{
    /// <inheritdoc/>
    protected override async Task TakeAsync(ModelVersionPublished told, CancellationToken cancellationToken)
    {
        var uses = told.Trunk.Select(d => (d.Dataset, d.Version, IsTrunk: true))
            .Concat(told.Branches.Select(d => (d.Dataset, d.Version, IsTrunk: false)))
            .Concat(told.Gone.Select(d => (d.Dataset, Version: 0, IsTrunk: false)));
        foreach (var (dataset, version, isTrunk) in uses)
        {
            var use = new DatasetUse { Model = told.Model, ModelVersion = told.Version, Version = version, IsTrunk = isTrunk, Promotion = told.Promotion };
            await Grains.GetGrain<IDatasetGrain>(dataset).NoteUseAsync(use, cancellationToken);
        }
    }
}

/// <summary>Models let go of what they learned from a dataset that was withdrawn, and what is learning from it ends.</summary>
public sealed class WithdrawDataset(IGrainFactory grains, ICatalogStore catalog, ILogger<WithdrawDataset> log) : Subscriber<DatasetWithdrawn>(grains, log)
{
    /// <inheritdoc/>
    protected override async Task TakeAsync(DatasetWithdrawn told, CancellationToken cancellationToken)
    {
        // Another system may have said so.
        await Grains.GetGrain<IDatasetGrain>(told.Dataset).WithdrawAsync(told.RetireTrunks, deleteBlobs: false, cancellationToken);
        await foreach (var model in catalog.AllAsync(CatalogKinds.Model, cancellationToken))
        {
            var grain = Grains.GetGrain<IModelGrain>(model.Key);
            await grain.WithdrawAsync(told.EventId, told.Dataset, cancellationToken);
            if (told.RetireTrunks)
            {
                await grain.RetireAsync(told.EventId, told.Dataset, cancellationToken);
            }
        }

        await foreach (var (update, status) in catalog.AllAsync<UpdateStatus>(CatalogKinds.Update, cancellationToken))
        {
            if (status.Request?.Datasets.Contains(told.Dataset) == true)
            {
                await Grains.GetGrain<IUpdateGrain>(update).CancelAsync(told.EventId, cancellationToken);
            }
        }

        await foreach (var (run, status) in catalog.AllAsync<RunStatus>(CatalogKinds.Run, cancellationToken))
        {
            if (status.Datasets.Any(d => d.Dataset == told.Dataset))
            {
                await Grains.GetGrain<IRunGrain>(run).CancelAsync(told.EventId, cancellationToken);
            }
        }
    }
}

/// <summary>All subscribers of this platform.</summary>
public static class Subscribers
{
    /// <summary>Adds them to a transport.</summary>
    public static void AddHermesSubscribers(this IRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<PublishModelVersion>();
        bus.AddConsumer<GrowModels>();
        bus.AddConsumer<RegisterTaskPriors>();
        bus.AddConsumer<GoOnWithUpdate>();
        bus.AddConsumer<CreateUpdate>();
        bus.AddConsumer<PromoteUpdate>();
        bus.AddConsumer<NoteUpdates>();
        bus.AddConsumer<NoteCertified>();
        bus.AddConsumer<NoteRejected>();
        bus.AddConsumer<NoteUses>();
        bus.AddConsumer<WithdrawDataset>();
    }

    internal static async Task NoteAsync(this IGrainFactory grains, IReadOnlyList<PinnedDataset> datasets, DatasetUpdate note, CancellationToken cancellationToken)
    {
        foreach (var dataset in datasets)
        {
            await grains.GetGrain<IDatasetGrain>(dataset.Dataset).NoteUpdateAsync(note with { Version = dataset.Version }, cancellationToken);
        }
    }
}
