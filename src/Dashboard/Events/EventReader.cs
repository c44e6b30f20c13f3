using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Events;

/// <inheritdoc cref="IEventReader"/>
internal sealed class EventReader(PlatformLink link) : IEventReader
{
    public Task<CatalogPage<EventRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken) => link.AskAsync(
        async (client, token) =>
        {
            var page = await client.Events.ListPageAsync(filter, limit, token);
            return new CatalogPage<EventRow>([.. page.Items.Select(EventRow.Of)], page.Count);
        },
        cancellationToken);

    public async Task<EventStatus> GetAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await link.AskAsync((client, token) => client.Events.GetAsync(id, token), cancellationToken);
        }
        catch (HermesException absent) when (absent.Remedy == Remedy.ListEvents)
        {
            return new EventStatus { EventId = id, State = EventState.Absent };
        }
    }
}
