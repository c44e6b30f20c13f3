using Hermes.Grains.Interfaces.Events;

namespace Hermes.Grains.Owners;

/// <summary>How the catalog shows a record.</summary>
/// <param name="IsUnfinished">Whether work is under way that must be found again after a restart.</param>
/// <param name="Status">The status record that its client reads.</param>
internal sealed record Standing(bool IsUnfinished, object Status);

/// <summary>A record with a state.</summary>
public interface IStated<out TState>
    where TState : struct, Enum
{
    /// <summary>Where it stands.</summary>
    TState State { get; }
}

/// <summary>A record that events are written together with; they leave it once they are delivered.</summary>
public interface IOutbox<out TRecord>
{
    /// <summary>Events that are to be delivered, oldest first.</summary>
    IReadOnlyList<IntegrationEvent> Outgoing { get; }

    /// <summary>The same record with other events to be delivered.</summary>
    TRecord WithOutgoing(IReadOnlyList<IntegrationEvent> outgoing);
}
