using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Seams;
using MassTransit;
using MassTransit.Mediator;

namespace Hermes.Grains.Events;

/// <summary>Hands events to the subscribers in this process and returns when they are done.</summary>
public sealed class LocalEventBus(IMediator mediator) : IEventBus
{
    /// <inheritdoc/>
    // Away from the actor that publishes: subscribers call actors, this one perhaps.
    public Task PublishAsync(IntegrationEvent integrationEvent, CancellationToken cancellationToken) =>
        Task.Run(() => mediator.Publish((object)integrationEvent, cancellationToken), cancellationToken);
}

/// <summary>Hands events to a broker and returns when that has confirmed them. While it is away they wait with their owners.</summary>
public sealed class BrokerEventBus(IBus bus, Troubles troubles, TimeProvider clock) : IEventBus
{
    /// <summary>The subject of the trouble while the broker is away.</summary>
    public const string Subject = "broker";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public async Task PublishAsync(IntegrationEvent integrationEvent, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await Task.Run(() => bus.Publish((object)integrationEvent, both.Token), both.Token).WaitAsync(both.Token);
            troubles.Clear(Subject);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var reason = patience.IsCancellationRequested ? $"it did not answer within {Patience.TotalSeconds} s" : error.Message;
            troubles.Note(Subject, $"Events wait for the broker: {reason}. Segmenting and training go on.");
            throw new HermesException($"The broker did not take the event '{integrationEvent.EventId}': {reason}.", error) { IsPassing = true };
        }
    }
}
