using System.Collections.Concurrent;
using Hermes.Client.Connection;
using Hermes.Dashboard.Events;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Tests;

/// <summary>Events that a test has, or fails to have; writes down what is done to them.</summary>
internal sealed class TestEvents : IEventReader, IEventActions
{
    public ConcurrentQueue<CatalogFilter> Asked { get; } = new();

    public ConcurrentQueue<string> Looked { get; } = new();

    public Func<Task<CatalogPage<EventRow>>> List { get; set; } = () => Task.FromResult(new CatalogPage<EventRow>([], 0));

    public Func<Task<EventStatus>> Status { get; set; } = () => Task.FromResult(new EventStatus { EventId = "", State = EventState.Absent });

    public List<string> Done { get; } = [];

    public Task<CatalogPage<EventRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken)
    {
        Asked.Enqueue(filter);
        return List();
    }

    public Task<EventStatus> GetAsync(string id, CancellationToken cancellationToken)
    {
        Looked.Enqueue(id);
        return Status();
    }

    public Task RetryAsync(string id, CancellationToken cancellationToken) => DoAsync($"retry {id}");

    public Task DiscardAsync(string id, CancellationToken cancellationToken) => DoAsync($"discard {id}");

    private Task DoAsync(string what)
    {
        Done.Add(what);
        return Task.CompletedTask;
    }
}
