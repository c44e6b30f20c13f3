using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>Reads the catalog. Stateless; any key.</summary>
[Alias("hermes.ICatalogGrain"), Needs(Role.Viewer)]
public interface ICatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Entries of a kind, in the order of their keys unless the filter says another.</summary>
    /// <param name="kind">One of <see cref="CatalogKinds"/>.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("ListAsync")]
    Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit = 200, CancellationToken cancellationToken = default);

    /// <summary>How many entries of a kind a filter lets pass, whatever it skips.</summary>
    /// <param name="kind">One of <see cref="CatalogKinds"/>.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("CountAsync")]
    Task<int> CountAsync(string kind, CatalogFilter filter, CancellationToken cancellationToken = default);

    /// <summary>What the datasets can be told apart by.</summary>
    [Alias("GetFacetsAsync")]
    Task<CatalogFacets> GetFacetsAsync(CancellationToken cancellationToken = default);
}
