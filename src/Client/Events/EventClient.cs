using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Client.Events;

/// <summary>Events, as the platform's subscribers had them: looking at them, and deciding about those that failed.</summary>
public sealed class EventClient
{
    private readonly PlatformConnection _connection;

    internal EventClient(PlatformConnection connection) => _connection = connection;

    /// <summary>What became of an event.</summary>
    /// <exception cref="HermesException">No subscriber has had it.</exception>
    public async Task<EventStatus> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        var status = await CallAsync(id, (e, t) => e.GetAsync(t), cancellationToken).ConfigureAwait(false);
        return status.State != EventState.Absent ? status : throw new HermesException($"There is no event '{id}'.").With(Remedy.ListEvents);
    }

    /// <summary>Delivers a failed event once more; subscribers that are done with it drop it.</summary>
    /// <returns>What became of it, as far as is known after a short while.</returns>
    /// <exception cref="HermesException">There is no such event, it has not failed, or it could not be read.</exception>
    public async Task<EventStatus> RetryAsync(string id, CancellationToken cancellationToken = default)
    {
        const int Looks = 50;
        var before = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        var status = await CallAsync(id, (e, t) => e.RetryAsync(t), cancellationToken).ConfigureAwait(false);
        for (var look = 0; look < Looks && status.State == EventState.Failed && Tries(status) == Tries(before); look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken).ConfigureAwait(false);
            status = await GetAsync(id, cancellationToken).ConfigureAwait(false);
        }

        return status;
    }

    /// <summary>Decides that a failed event is not to be taken. It stays on record.</summary>
    /// <exception cref="HermesException">There is no such event, or it has not failed.</exception>
    public Task<EventStatus> DiscardAsync(string id, CancellationToken cancellationToken = default) => CallAsync(id, (e, t) => e.DiscardAsync(t), cancellationToken);

    /// <summary>Some events, in the order of their identities.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async IAsyncEnumerable<EventStatus> ListAsync(CatalogFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (_, status) in CatalogReader.ReadAsync<EventStatus>(_connection, CatalogKinds.Event, filter, cancellationToken).ConfigureAwait(false))
        {
            yield return status;
        }
    }

    /// <summary>A part of the list of <see cref="ListAsync"/>, in the order that the filter says.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<CatalogPage<EventStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default) =>
        CatalogReader.PageAsync<EventStatus>(_connection, CatalogKinds.Event, filter, limit, cancellationToken);

    private static int Tries(EventStatus status) => status.Failures.Sum(f => f.Times);

    private Task<T> CallAsync<T>(string id, Func<IEventGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IEventGrain>(id), token), cancellationToken);
}
