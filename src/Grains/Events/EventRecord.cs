using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Events;

/// <summary>What is stored of an event that subscribers had.</summary>
public sealed record EventRecord : IStated<EventState>, IOutbox<EventRecord>
{
    /// <inheritdoc/>
    public EventState State { get; init; }

    /// <summary>The event; null where it could not be read.</summary>
    public IntegrationEvent? Event { get; init; }

    /// <summary>What came, where it could not be read.</summary>
    public string? Unread { get; init; }

    /// <summary>Subscribers that are done with it.</summary>
    public IReadOnlyList<string> Handled { get; init; } = [];

    /// <summary>Subscribers that could not take it, each once.</summary>
    public IReadOnlyList<EventFailure> Failures { get; init; } = [];

    /// <summary>When a subscriber first had it.</summary>
    public DateTimeOffset? Received { get; init; }

    /// <summary>The event once more, while a retry is under way.</summary>
    public IReadOnlyList<IntegrationEvent> Outgoing { get; init; } = [];

    /// <inheritdoc/>
    public EventRecord WithOutgoing(IReadOnlyList<IntegrationEvent> outgoing) => this with { Outgoing = outgoing };
}
