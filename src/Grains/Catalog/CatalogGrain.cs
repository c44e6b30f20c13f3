using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;
using Orleans.Concurrency;

namespace Hermes.Grains.Catalog;

/// <inheritdoc cref="ICatalogGrain"/>
[StatelessWorker]
public sealed class CatalogGrain(ICatalogStore catalog) : Grain, ICatalogGrain
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit, CancellationToken cancellationToken) =>
        limit is >= 1 and <= 1000
            ? catalog.ListAsync(kind, filter, limit, cancellationToken)
            : throw new HermesException($"The catalog lists 1 to 1000 entries at a time; {limit} were asked for.");

    /// <inheritdoc/>
    public Task<int> CountAsync(string kind, CatalogFilter filter, CancellationToken cancellationToken) => catalog.CountAsync(kind, filter, cancellationToken);

    /// <inheritdoc/>
    public Task<CatalogFacets> GetFacetsAsync(CancellationToken cancellationToken) => catalog.FacetsAsync(cancellationToken);
}
