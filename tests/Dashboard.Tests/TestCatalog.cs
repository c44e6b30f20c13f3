using Hermes.Client.Connection;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Tests;

/// <summary>A list that is kept in memory and asked as the catalog is.</summary>
internal static class TestCatalog
{
    /// <summary>Lists parts of some items, which stand in the order of their latest change.</summary>
    public static Func<CatalogFilter, int, CancellationToken, Task<CatalogPage<T>>> Of<T>(IReadOnlyList<T> items, Func<T, string> stateOf) => (filter, limit, _) =>
    {
        List<T> found = [.. items.Where(i => filter.State is null || stateOf(i) == filter.State)];
        return Task.FromResult(new CatalogPage<T>([.. found.Skip(filter.Skip).Take(limit)], found.Count));
    };
}
