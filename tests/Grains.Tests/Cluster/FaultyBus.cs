using System.Collections.Concurrent;
using Hermes.Grains.Events;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Seams;
using MassTransit.Mediator;

namespace Hermes.Grains.Tests.Cluster;

/// <summary>The bus of the embedded platform, which fails or doubles what a test tells it to.</summary>
public sealed class FaultyBus(IMediator mediator) : IEventBus
{
    private static readonly ConcurrentDictionary<string, int> Failures = new();

    private readonly LocalEventBus _bus = new(mediator);

    public static ConcurrentQueue<IntegrationEvent> Published { get; } = new();

    /// <summary>The next <paramref name="count"/> deliveries about <paramref name="subject"/> fail: in turn before and after the subscribers had the event.</summary>
    public static void Fail(string subject, int count) => Failures[subject] = count;

    public async Task PublishAsync(IntegrationEvent integrationEvent, CancellationToken cancellationToken)
    {
        Published.Enqueue(integrationEvent);
        var left = Failures.GetValueOrDefault(integrationEvent.Subject);
        Failures[integrationEvent.Subject] = Math.Max(0, left - 1);
        if (left == 0 || left % 2 == 1)
        {
            await _bus.PublishAsync(integrationEvent, cancellationToken);
        }

        if (left > 0)
        {
            throw new IOException("The broker is away.");
        }
    }
}
