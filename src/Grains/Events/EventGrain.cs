using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Events;

/// <inheritdoc cref="IEventGrain"/>
public sealed class EventGrain(
    [PersistentState("event", "hermes")] IPersistentState<Versioned<EventRecord>> storage,
    OwnerServices services) : OwnerGrain<EventRecord, EventState>(CatalogKinds.Event, Machine, storage, services), IEventGrain
{
    internal static readonly StateMachine<EventState> Machine = new(
        (EventState.Absent, [EventState.Delivered, EventState.Failed]),
        (EventState.Delivered, [EventState.Failed]),
        (EventState.Failed, [EventState.Delivered, EventState.Discarded]));

    /// <inheritdoc/>
    public Task<bool> IsDoneAsync(string subscriber, CancellationToken cancellationToken) =>
        Task.FromResult(Record.State == EventState.Discarded || Record.Handled.Contains(subscriber));

    /// <inheritdoc/>
    public async Task DoneAsync(IntegrationEvent integrationEvent, string subscriber, CancellationToken cancellationToken)
    {
        var record = Record;
        if (record.State == EventState.Discarded || record.Handled.Contains(subscriber))
        {
            return;
        }

        List<EventFailure> left = [.. record.Failures.Where(f => f.Subscriber != subscriber)];
        await StoreAsync(Received(integrationEvent) with
        {
            State = left.Count == 0 ? EventState.Delivered : EventState.Failed,
            Handled = [.. record.Handled, subscriber],
            Failures = left,
        });
    }

    /// <inheritdoc/>
    public Task FailAsync(IntegrationEvent integrationEvent, string subscriber, Failure cause, CancellationToken cancellationToken) =>
        FailAsync(Received(integrationEvent), subscriber, cause);

    /// <inheritdoc/>
    public Task FailUnreadAsync(string body, string subscriber, Failure cause, CancellationToken cancellationToken) =>
        FailAsync(Record with { Unread = body, Received = Record.Received ?? Now }, subscriber, cause);

    /// <inheritdoc/>
    public async Task<EventStatus> RetryAsync(CancellationToken cancellationToken)
    {
        RequireFailed("retried");
        await ChangeAsync(Record with
        {
            Outgoing = Record.Event is { } again ? [again] : throw new HermesException(
                $"'{Key}' could not be read as an event, so it cannot be delivered again.", hint: "Have its sender send it anew, and discard this one."),
        });
        return Status(Record);
    }

    /// <inheritdoc/>
    public async Task<EventStatus> DiscardAsync(CancellationToken cancellationToken)
    {
        if (Record.State != EventState.Discarded)
        {
            RequireFailed("discarded");
            await ChangeAsync(Record with { State = EventState.Discarded, Outgoing = [] });
        }

        return Status(Record);
    }

    /// <inheritdoc/>
    public Task<EventStatus> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Status(Record));

    private async Task FailAsync(EventRecord record, string subscriber, Failure cause)
    {
        if (record.State == EventState.Discarded || record.Handled.Contains(subscriber))
        {
            return;
        }

        var before = record.Failures.FirstOrDefault(f => f.Subscriber == subscriber);
        await StoreAsync(record with
        {
            State = EventState.Failed,
            Failures = [.. record.Failures.Where(f => f != before), new EventFailure(subscriber, cause, (before?.Times ?? 0) + 1, Now)],
        });
    }

    private EventRecord Received(IntegrationEvent integrationEvent) => Record with { Event = Record.Event ?? integrationEvent, Received = Record.Received ?? Now };

    private void RequireFailed(string what)
    {
        if (Record.State != EventState.Failed)
        {
            throw Record.State == EventState.Absent
                ? new HermesException($"There is no event '{Key}'.").With(Remedy.ListEvents)
                : new HermesException($"Event '{Key}' is {Record.State.Word()}; only one that failed can be {what}.");
        }
    }

    private EventStatus Status(EventRecord record) => new()
    {
        EventId = Key,
        State = record.State,
        Event = record.Event,
        Unread = record.Unread,
        Handled = record.Handled,
        Failures = record.Failures,
        Received = record.Received,
    };

    private protected override Standing Describe(EventRecord record) => new(IsUnfinished: false, Status(record));
}
