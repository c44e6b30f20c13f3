namespace Hermes.Dashboard.Events;

/// <summary>What pages do to events that failed, if who is at the browser may.</summary>
internal interface IEventActions
{
    /// <summary>Delivers an event once more.</summary>
    Task RetryAsync(string id, CancellationToken cancellationToken);

    /// <summary>Decides that an event is not to be taken.</summary>
    Task DiscardAsync(string id, CancellationToken cancellationToken);
}
