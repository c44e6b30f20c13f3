using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Cli.Output;

/// <summary>An event as <c>events</c> prints it.</summary>
internal sealed record EventDocument
{
    public required string Id { get; init; }

    public required string State { get; init; }

    /// <summary>What kind of event; null where it could not be read.</summary>
    public string? Kind { get; init; }

    public string? Subject { get; init; }

    public string? Actor { get; init; }

    public DateTimeOffset? At { get; init; }

    public DateTimeOffset? Received { get; init; }

    public required IReadOnlyList<string> Handled { get; init; }

    public required IReadOnlyList<FailureRow> Failures { get; init; }

    /// <summary>All of the event.</summary>
    public JsonElement? Event { get; init; }

    /// <summary>What came, where it could not be read.</summary>
    public string? Unread { get; init; }

    public static EventDocument Of(EventStatus status) => new()
    {
        Id = status.EventId,
        State = status.State.Word(),
        Kind = status.Event?.GetType().Name,
        Subject = status.Event?.Subject,
        Actor = status.Event?.Actor,
        At = status.Event?.At,
        Received = status.Received,
        Handled = status.Handled,
        Failures = [.. status.Failures.Select(f => new FailureRow(f.Subscriber, f.Cause.Message, RemedyWords.Hint(f.Cause), f.Times, f.At))],
        Event = status.Event is { } told ? JsonSerializer.SerializeToElement(told, WorkOrderJson.Options) : null,
        Unread = status.Unread,
    };

    internal sealed record FailureRow(string Subscriber, string Cause, string? Hint, int Times, DateTimeOffset At);
}
