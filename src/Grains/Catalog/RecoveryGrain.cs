using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.Relations;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Owners;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Catalog;

/// <inheritdoc cref="IRecoveryGrain"/>
public sealed class RecoveryGrain(ICatalogStore catalog, Troubles troubles, ILogger<RecoveryGrain> log) : Grain, IRecoveryGrain, IRemindable
{
    private const string Reminder = "recover";

    // Owners that are woken at the same time.
    private const int Width = 32;

    // Whoever should have woken them may have gone in the middle.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(2);

    private Background _waking = null!;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _waking = new Background(log);
        await this.RegisterOrUpdateReminder(Reminder, Period, Period, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _waking.Stop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task WakeAsync(CancellationToken cancellationToken)
    {
        _waking.Start("waking the owners of unfinished work", WakeAllAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, TickStatus status) => WakeAsync(CancellationToken.None);

    private async Task WakeAllAsync(CancellationToken cancellationToken)
    {
        foreach (var some in (await catalog.UnfinishedAsync(cancellationToken)).Chunk(Width))
        {
            await Task.WhenAll(some.Select(WakeAsync));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task WakeAsync(CatalogEntry entry)
    {
        var subject = $"{entry.Kind} {entry.Key}";
        try
        {
            await Owner(entry);
            troubles.Clear(subject);
        }
#pragma warning disable CA1031 // One owner that cannot wake must not keep the others asleep.
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (troubles.Note(subject, $"It was {entry.State} and could not be taken up: {error.Message}"))
            {
                log.LogError(error, "{Kind} {Key}, which was {State}, could not be taken up", entry.Kind, entry.Key, entry.State);
            }
        }
    }

    private Task Owner(CatalogEntry entry) => entry.Kind switch
    {
        CatalogKinds.Dataset => GrainFactory.GetGrain<IDatasetGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Run => GrainFactory.GetGrain<IRunGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Update => GrainFactory.GetGrain<IUpdateGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Model => GrainFactory.GetGrain<IModelGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Event => GrainFactory.GetGrain<IEventGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Segmentation => GrainFactory.GetGrain<ISegmentationGrain>(entry.Key).WakeAsync(),
        CatalogKinds.PriorMap => GrainFactory.GetGrain<IPriorMapGrain>(entry.Key).WakeAsync(),
        CatalogKinds.ModelImport => GrainFactory.GetGrain<IModelImportGrain>(entry.Key).WakeAsync(),
        CatalogKinds.RelationStudy => GrainFactory.GetGrain<IRelationStudyGrain>(entry.Key).WakeAsync(),
        _ => Task.CompletedTask,
    };
}
