using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Grains.Seams;

/// <summary>The table behind the catalog.</summary>
public interface ICatalogStore
{
    /// <summary>Writes a row unless a newer version of it is there.</summary>
    Task UpsertAsync(CatalogEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Rows of a kind in the order that the filter says, without <see cref="CatalogEntry.Unlisted"/>.</summary>
    Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit, CancellationToken cancellationToken = default);

    /// <summary>How many rows of a kind the filter lets pass, whatever it skips, without <see cref="CatalogEntry.Unlisted"/>.</summary>
    Task<int> CountAsync(string kind, CatalogFilter filter, CancellationToken cancellationToken = default);

    /// <summary>What the datasets can be told apart by, without <see cref="CatalogEntry.Unlisted"/>.</summary>
    Task<CatalogFacets> FacetsAsync(CancellationToken cancellationToken = default);

    /// <summary>All rows whose work has to be found again after a restart.</summary>
    Task<IReadOnlyList<CatalogEntry>> UnfinishedAsync(CancellationToken cancellationToken = default);
}
