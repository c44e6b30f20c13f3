namespace Hermes.Grains.Interfaces.Events;

/// <summary>What became of an event at this platform's subscribers.</summary>
[GenerateSerializer, Immutable, Alias("hermes.EventStatus")]
public sealed record EventStatus
{
    /// <summary>The event's identity.</summary>
    [Id(0)] public required string EventId { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(1)] public required EventState State { get; init; }

    /// <summary>The event; null where it could not be read.</summary>
    [Id(2)] public IntegrationEvent? Event { get; init; }

    /// <summary>Subscribers that are done with it.</summary>
    [Id(3)] public IReadOnlyList<string> Handled { get; init; } = [];

    /// <summary>Subscribers that could not take it.</summary>
    [Id(4)] public IReadOnlyList<EventFailure> Failures { get; init; } = [];

    /// <summary>What came, where it could not be read as an event.</summary>
    [Id(5)] public string? Unread { get; init; }

    /// <summary>When a subscriber first had it.</summary>
    [Id(6)] public DateTimeOffset? Received { get; init; }
}

/// <summary>Why a subscriber could not take an event.</summary>
/// <param name="Subscriber">The subscriber.</param>
/// <param name="Cause">Why.</param>
/// <param name="Times">How often it was tried.</param>
/// <param name="At">When it was tried last.</param>
[GenerateSerializer, Immutable, Alias("hermes.EventFailure")]
public sealed record EventFailure(
    [property: Id(0)] string Subscriber,
    [property: Id(1)] Failure Cause,
    [property: Id(2)] int Times,
    [property: Id(3)] DateTimeOffset At);

/// <summary>The state machine of an event.</summary>
[GenerateSerializer]
public enum EventState
{
    /// <summary>No subscriber has had it.</summary>
    Absent = 0,

    /// <summary>Every subscriber that had it is done with it.</summary>
    Delivered = 1,

    /// <summary>A subscriber could not take it; it waits for a person.</summary>
    Failed = 2,

    /// <summary>A person decided that it is not to be taken.</summary>
    Discarded = 3,
}
