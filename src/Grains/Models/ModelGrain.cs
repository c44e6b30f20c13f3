using System.Globalization;
using Hermes.Grains.Catalog;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Seams;
using Hermes.Grains.State;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Models;

/// <inheritdoc cref="IModelGrain"/>
public sealed class ModelGrain(
    [PersistentState("model", "hermes")] IPersistentState<Versioned<ModelRecord>> storage,
    ICatalogStore catalog,
    IEventBus events,
    GrainTimings timings,
    TimeProvider clock,
    ILogger<ModelGrain> log) : Grain, IModelGrain
{
    private Owned<ModelRecord> _record = null!;
    private Background _delivery = null!;

    private string Name => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<ModelRecord>(storage, catalog, Describe, DeactivateOnIdle);
        _delivery = new Background(log);
        this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(timings.Tick, timings.Tick));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> PublishAsync(RunCompleted completed, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        if (record.Versions.FirstOrDefault(v => v.Run == completed.Run) is { } known)
        {
            return known;
        }

        var version = new ModelVersion
        {
            Model = Name,
            Version = record.Versions.Count + 1,
            Content = completed.Content,
            Run = completed.Run,
            Datasets = completed.Datasets,
            Published = clock.GetUtcNow(),
        };
        await _record.SetAsync(record with
        {
            Versions = [.. record.Versions, version],
            Aliases = new Dictionary<string, int>(record.Aliases) { [IModelGrain.LiveAlias] = version.Version },
            Outbox = [.. record.Outbox, new ModelVersionPublished { EventId = $"{Name}@{version.Version}", Model = Name, Version = version.Version }],
        });
        Deliver();
        return version;
    }

    /// <inheritdoc/>
    public Task<ModelStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(_record.Value));

    /// <inheritdoc/>
    public Task<ModelVersion> ResolveAsync(string? versionOrAlias, CancellationToken cancellationToken)
    {
        var record = _record.Value;
        if (record.Versions.Count == 0)
        {
            throw new HermesException($"There is no model '{Name}'.", hint: "List the models with: hermes model list");
        }

        var wanted = string.IsNullOrEmpty(versionOrAlias) ? IModelGrain.LiveAlias : versionOrAlias;
        var number = record.Aliases.TryGetValue(wanted, out var aliased) ? aliased
            : int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return number >= 1 && number <= record.Versions.Count
            ? Task.FromResult(record.Versions[number - 1])
            : throw new HermesException(
                $"Model '{Name}' has no version '{wanted}'; it has versions 1 to {record.Versions.Count} and the aliases {string.Join(", ", record.Aliases.Keys.Order(StringComparer.Ordinal))}.");
    }

    private Task Tick()
    {
        Deliver();
        return Task.CompletedTask;
    }

    private void Deliver()
    {
        if (_record.Value.Outbox.Count > 0)
        {
            _delivery.Start($"delivery of the events of model {Name}", DeliverAsync);
        }
    }

    private async Task DeliverAsync(CancellationToken stop)
    {
        while (_record.Value.Outbox is [var next, ..])
        {
            await events.PublishAsync(next, stop);
            await _record.SetAsync(_record.Value with { Outbox = [.. _record.Value.Outbox.Where(e => e.EventId != next.EventId)] });
        }
    }

    private ModelStatus Status(ModelRecord record) => new() { Name = Name, Versions = record.Versions, Aliases = record.Aliases };

    private CatalogEntry Describe(ModelRecord record, long version) => CatalogRow.Of(
        CatalogKinds.Model, Name, version, record.Versions.Count > 0 ? "READY" : "ABSENT", record.Outbox.Count > 0, Status(record), clock);
}
