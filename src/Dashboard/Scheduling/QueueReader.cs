using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Scheduling;

/// <inheritdoc cref="IQueueReader"/>
internal sealed class QueueReader(PlatformLink link) : IQueueReader
{
    private static readonly CatalogFilter UnderWay = new() { IsUnfinished = true };

    public Task<QueueView> GetAsync(CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) => new QueueView(await client.Queue.GetAsync(token), (await client.Segmentations.ListPageAsync(UnderWay, 1, token)).Count),
        cancellationToken);
}
