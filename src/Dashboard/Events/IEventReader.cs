using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Events;

/// <summary>What pages read of events. It fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IEventReader
{
    /// <summary>A part of the list, and how many there are in all.</summary>
    Task<CatalogPage<EventRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>What became of an event; <see cref="EventState.Absent"/> where there is none.</summary>
    Task<EventStatus> GetAsync(string id, CancellationToken cancellationToken);
}
