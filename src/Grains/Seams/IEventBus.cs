using Hermes.Grains.Interfaces.Events;

namespace Hermes.Grains.Seams;

/// <summary>Carries integration events to their subscribers.</summary>
public interface IEventBus
{
    /// <summary>
    /// Hands an event over and returns when it cannot get lost any more: the broker has confirmed it, or every subscriber in this process is done with it or
    /// has parked it. May have to be repeated, so subscribers drop what they have seen.
    /// </summary>
    Task PublishAsync(IntegrationEvent integrationEvent, CancellationToken cancellationToken = default);
}
