using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;

namespace Hermes.Dashboard.Platform;

/// <summary>An event as tables show it.</summary>
public sealed record EventRow
{
    public required string Id { get; init; }

    public required EventState State { get; init; }

    /// <summary>What kind of event; null where it could not be read.</summary>
    public string? Kind { get; init; }

    /// <summary>What it says, in a sentence.</summary>
    public required string Words { get; init; }

    public string? Subject { get; init; }

    public string? Actor { get; init; }

    /// <summary>When it happened, or came where that could not be read.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The subscriber that could not take it, if one could not.</summary>
    public string? Subscriber { get; init; }

    /// <summary>Why that one could not.</summary>
    public Failure? Cause { get; init; }

    /// <summary>How many other subscribers could not take it, either.</summary>
    public int MoreCauses { get; init; }

    public static EventRow Of(EventStatus status)
    {
        // What was discarded keeps its causes, but nobody needs to mend them.
        var failures = status.State == EventState.Failed ? status.Failures : [];
        return new EventRow
        {
            Id = status.EventId,
            State = status.State,
            Kind = status.Event?.GetType().Name,
            Words = EventWords.Of(status.Event),
            Subject = status.Event?.Subject,
            Actor = status.Event?.Actor,
            At = status.Event?.At ?? status.Received,
            Subscriber = failures.Count > 0 ? failures[0].Subscriber : null,
            Cause = failures.Count > 0 ? failures[0].Cause : null,
            MoreCauses = Math.Max(failures.Count - 1, 0),
        };
    }
}
