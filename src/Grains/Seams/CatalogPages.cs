using System.Runtime.CompilerServices;
using System.Text.Json;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Seams;

/// <summary>Reads all of a kind in the catalog, page by page.</summary>
internal static class CatalogPages
{
    /// <summary>Every row.</summary>
    public static async IAsyncEnumerable<CatalogEntry> AllAsync(this ICatalogStore catalog, string kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const int PageSize = 200;
        IReadOnlyList<CatalogEntry> page = [];
        do
        {
            page = await catalog.ListAsync(kind, new CatalogFilter { After = page.Count > 0 ? page[^1].Key : null }, PageSize, cancellationToken);
            foreach (var entry in page)
            {
                yield return entry;
            }
        }
        while (page.Count == PageSize);
    }

    /// <summary>Every owner with its status.</summary>
    public static async IAsyncEnumerable<(string Key, T Status)> AllAsync<T>(
        this ICatalogStore catalog, string kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in catalog.AllAsync(kind, cancellationToken))
        {
            yield return (entry.Key, JsonSerializer.Deserialize<T>(entry.Document, WorkOrderJson.Options)!);
        }
    }
}
