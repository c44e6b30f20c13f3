using Hermes.Grains.Seams;
using MassTransit;

namespace Hermes.Grains.Events;

/// <summary>Events over MassTransit's transport.</summary>
public sealed class IntegrationEventBus(IBus bus) : IEventBus
{
    /// <inheritdoc/>
    public Task PublishAsync<T>(T integrationEvent, CancellationToken cancellationToken)
        where T : class => bus.Publish(integrationEvent, cancellationToken);
}
