using System.Text.Json;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Grains.Catalog;

/// <summary>How owners describe themselves in the catalog.</summary>
internal static class CatalogRow
{
    /// <summary>The row of an owner whose summary is <paramref name="status"/>.</summary>
    public static CatalogEntry Of<T>(string kind, string key, long version, string state, bool isUnfinished, T status, TimeProvider clock) =>
        new(kind, key, version, state, isUnfinished, JsonSerializer.Serialize(status, WorkOrderJson.Options), clock.GetUtcNow());
}
