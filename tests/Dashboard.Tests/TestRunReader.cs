using System.Collections.Concurrent;
using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Runs;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Dashboard.Tests;

/// <summary>Runs that a test has, or fails to have.</summary>
internal sealed class TestRunReader : IRunReader
{
    public ConcurrentQueue<CatalogFilter> Asked { get; } = new();

    public Func<Task<CatalogPage<RunRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<RunRow>([], 0));

    public Task<CatalogPage<RunRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Asked.Enqueue(filter);
        return List();
    }
}
