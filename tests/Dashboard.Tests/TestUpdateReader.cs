using System.Collections.Concurrent;
using Hermes.Client.Connection;
using Hermes.Dashboard.Updates;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Tests;

/// <summary>Updates that a test has, or fails to have.</summary>
internal sealed class TestUpdateReader : IUpdateReader
{
    public ConcurrentQueue<CatalogFilter> Asked { get; } = new();

    public Func<Task<CatalogPage<UpdateRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<UpdateRow>([], 0));

    public Func<Task<UpdateView>> View { get; set; } = () => Task.FromResult(UpdateView.Absent);

    public Task<CatalogPage<UpdateRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Asked.Enqueue(filter);
        return List();
    }

    public Task<UpdateView> GetAsync(string name, CancellationToken cancellationToken) => View();
}
