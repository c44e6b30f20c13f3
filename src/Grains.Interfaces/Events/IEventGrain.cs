using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>What became of one event at this platform's subscribers: drops what was seen, and keeps what failed with its cause. Key: the event's identity.</summary>
[Alias("hermes.IEventGrain")]
public interface IEventGrain : IGrainWithStringKey
{
    /// <summary>Whether a subscriber is done with the event, or a person decided that it is not to be taken.</summary>
    [Alias("IsDoneAsync"), Needs(Role.Viewer)]
    Task<bool> IsDoneAsync(string subscriber, CancellationToken cancellationToken = default);

    /// <summary>A subscriber is done with the event.</summary>
    [Alias("DoneAsync"), Needs(Role.Silo)]
    Task DoneAsync(IntegrationEvent integrationEvent, string subscriber, CancellationToken cancellationToken = default);

    /// <summary>A subscriber could not take the event, however often it tried.</summary>
    [Alias("FailAsync"), Needs(Role.Silo)]
    Task FailAsync(IntegrationEvent integrationEvent, string subscriber, Failure cause, CancellationToken cancellationToken = default);

    /// <summary>Something came that could not be read as an event.</summary>
    [Alias("FailUnreadAsync"), Needs(Role.Silo)]
    Task FailUnreadAsync(string body, string subscriber, Failure cause, CancellationToken cancellationToken = default);

    /// <summary>Delivers a failed event once more; subscribers that are done with it drop it.</summary>
    /// <exception cref="HermesException">It has not failed, or could not be read.</exception>
    [Alias("RetryAsync"), Needs(Role.Administrator)]
    Task<EventStatus> RetryAsync(CancellationToken cancellationToken = default);

    /// <summary>Decides that a failed event is not to be taken. It stays on record.</summary>
    /// <exception cref="HermesException">It has not failed.</exception>
    [Alias("DiscardAsync"), Needs(Role.Administrator)]
    Task<EventStatus> DiscardAsync(CancellationToken cancellationToken = default);

    /// <summary>Where the event stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<EventStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes up a retry that a stopped silo left unfinished.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
