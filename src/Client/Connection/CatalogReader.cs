using System.Runtime.CompilerServices;
using System.Text.Json;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Client.Connection;

/// <summary>Pages through the catalog.</summary>
internal static class CatalogReader
{
    private const int PageSize = 200;

    /// <summary>The entries of a kind with its owner's status, in the order of the keys.</summary>
    public static async IAsyncEnumerable<(CatalogEntry Entry, T Status)> ReadAsync<T>(
        PlatformConnection connection, string kind, CatalogFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var wanted = filter;
            var page = await connection.CallAsync(
                (grains, token) => grains.GetGrain<ICatalogGrain>(0).ListAsync(kind, wanted, PageSize, token), cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                yield return (entry, JsonSerializer.Deserialize<T>(entry.Document, WorkOrderJson.Options)!);
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            filter = filter with { After = page[^1].Key };
        }
    }
}
