using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.Updates;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Catalog;

/// <summary>Finds unfinished work after a start and wakes its owners.</summary>
public sealed class Recovery(ICatalogStore catalog, IGrainFactory grains, Troubles troubles, ILogger<Recovery> log)
{
    /// <summary>Wakes every owner whose catalog row says that work is under way.</summary>
    public async Task WakeAsync(CancellationToken cancellationToken)
    {
        foreach (var entry in await catalog.UnfinishedAsync(cancellationToken))
        {
            try
            {
                await WakeAsync(entry);
                log.LogInformation("Took up {Kind} {Key}, which was {State}", entry.Kind, entry.Key, entry.State);
            }
#pragma warning disable CA1031 // One owner that cannot wake must not keep the others asleep.
            catch (Exception error)
#pragma warning restore CA1031
            {
                log.LogError(error, "{Kind} {Key} could not be taken up", entry.Kind, entry.Key);
                troubles.Note($"{entry.Kind} {entry.Key}", $"It was {entry.State} and could not be taken up after the start: {error.Message}");
            }
        }
    }

    private Task WakeAsync(CatalogEntry entry) => entry.Kind switch
    {
        CatalogKinds.Dataset => grains.GetGrain<IDatasetGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Run => grains.GetGrain<IRunGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Update => grains.GetGrain<IUpdateGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Model => grains.GetGrain<IModelGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Event => grains.GetGrain<IEventGrain>(entry.Key).WakeAsync(),
        CatalogKinds.Segmentation => grains.GetGrain<ISegmentationGrain>(entry.Key).WakeAsync(),
        _ => Task.CompletedTask,
    };
}
