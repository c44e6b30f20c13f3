using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Grains.Seams;

/// <summary>The table behind the catalog.</summary>
public interface ICatalogStore
{
    /// <summary>Writes a row unless a newer version of it is there.</summary>
    Task UpsertAsync(CatalogEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Rows of a kind in the order of their keys, without <see cref="CatalogEntry.Unlisted"/>.</summary>
    Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit, CancellationToken cancellationToken = default);

    /// <summary>All rows whose work has to be found again after a restart.</summary>
    Task<IReadOnlyList<CatalogEntry>> UnfinishedAsync(CancellationToken cancellationToken = default);
}
