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
                yield return (entry, Status<T>(entry));
            }

            if (page.Count < PageSize)
            {
                yield break;
            }

            filter = filter with { After = page[^1].Key };
        }
    }

    /// <summary>At most <paramref name="limit"/> entries as their owners described them, from where the filter says, and how many it lets pass in all.</summary>
    public static Task<CatalogPage<T>> PageAsync<T>(PlatformConnection connection, string kind, CatalogFilter filter, int limit, CancellationToken cancellationToken) =>
        connection.CallAsync(
            async (grains, token) =>
            {
                var catalog = grains.GetGrain<ICatalogGrain>(0);
                var count = catalog.CountAsync(kind, filter, token);
                var page = catalog.ListAsync(kind, filter, limit, token);
                await Task.WhenAll(count, page).ConfigureAwait(false);
                return new CatalogPage<T>([.. (await page.ConfigureAwait(false)).Select(Status<T>)], await count.ConfigureAwait(false));
            },
            cancellationToken);

    private static T Status<T>(CatalogEntry entry) => JsonSerializer.Deserialize<T>(entry.Document, WorkOrderJson.Options)!;
}
