using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Runs;

/// <summary>What pages read of runs. It fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IRunReader
{
    /// <summary>A part of the list, and how many there are in all.</summary>
    Task<CatalogPage<RunRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);
}
