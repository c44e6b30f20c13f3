using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Scheduling;

/// <inheritdoc cref="IQueueReader"/>
internal sealed class QueueReader(PlatformLink link) : IQueueReader
{
    // More than somebody reads one by one.
    private const int Told = 20;

    private static readonly CatalogFilter UnderWay = new() { IsUnfinished = true, Order = CatalogOrder.Newest };

    public Task<QueueView> GetAsync(CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var segmentations = await client.Segmentations.ListPageAsync(UnderWay, Told, token);
            return new QueueView(
                await client.Queue.GetAsync(token),
                new CatalogPage<WorkRow>([.. WorkRow.Of(segmentations.Items)], segmentations.Count));
        },
        cancellationToken);
}
