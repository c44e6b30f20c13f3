using System.Collections.Concurrent;
using Hermes.Client.Connection;
using Hermes.Dashboard.Models;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Tests;

/// <summary>Models that a test has, or fails to have.</summary>
internal sealed class TestModelReader : IModelReader
{
    public ConcurrentQueue<CatalogFilter> Asked { get; } = new();

    public Func<Task<CatalogPage<ModelRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<ModelRow>([], 0));

    public Func<int?, Task<ModelView>> View { get; set; } = _ => Task.FromResult(ModelView.Absent);

    public Task<CatalogPage<ModelRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Asked.Enqueue(filter);
        return List();
    }

    public Task<ModelView> GetAsync(string name, int? version, CancellationToken cancellationToken) => View(version);
}
