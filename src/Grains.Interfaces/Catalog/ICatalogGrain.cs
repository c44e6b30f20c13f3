namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>Reads the catalog. Stateless; any key.</summary>
[Alias("hermes.ICatalogGrain")]
public interface ICatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Entries of a kind in the order of their keys.</summary>
    /// <param name="kind">One of <see cref="CatalogKinds"/>.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("ListAsync")]
    Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit = 200, CancellationToken cancellationToken = default);
}
