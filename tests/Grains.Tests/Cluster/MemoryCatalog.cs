using System.Collections.Concurrent;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Tests.Cluster;

public sealed class MemoryCatalog : ICatalogStore
{
    private readonly ConcurrentDictionary<(string Kind, string Key), CatalogEntry> _rows = new();

    /// <summary>Every write, oldest first.</summary>
    public ConcurrentQueue<CatalogEntry> Writes { get; } = new();

    public Task UpsertAsync(CatalogEntry entry, CancellationToken cancellationToken)
    {
        Writes.Enqueue(entry);
        _rows.AddOrUpdate((entry.Kind, entry.Key), entry, (_, old) => entry.Version >= old.Version ? entry : old);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(string kind, CatalogFilter filter, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CatalogEntry>>([.. Rows(kind, filter).OrderBy(r => r.Key, StringComparer.Ordinal).Skip(filter.Skip).Take(limit)]);

    public Task<int> CountAsync(string kind, CatalogFilter filter, CancellationToken cancellationToken) => Task.FromResult(Rows(kind, filter).Count());

    public Task<CatalogFacets> FacetsAsync(CancellationToken cancellationToken) => Task.FromResult(new CatalogFacets([], []));

    public Task<IReadOnlyList<CatalogEntry>> UnfinishedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CatalogEntry>>([.. _rows.Values.Where(r => r.IsUnfinished)]);

    private IEnumerable<CatalogEntry> Rows(string kind, CatalogFilter filter) => _rows.Values
        .Where(r => r.Kind == kind && string.CompareOrdinal(r.Key, filter.After ?? "") > 0 && r.State is var state && !CatalogEntry.Unlisted.Contains(state))
        .Where(r => (filter.State ?? r.State) == r.State && r.Key.Contains(filter.Search ?? "", StringComparison.OrdinalIgnoreCase));
}
