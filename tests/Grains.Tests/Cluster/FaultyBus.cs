using System.Collections.Concurrent;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Tests.Cluster;

/// <summary>A bus that delivers to the model as the silo's subscriber does, and fails or loses what a test tells it to.</summary>
public sealed class FaultyBus(IGrainFactory grains) : IEventBus
{
    private static readonly ConcurrentDictionary<string, int> Losses = new();

    public static ConcurrentQueue<object> Published { get; } = new();

    /// <summary>The next <paramref name="count"/> deliveries about <paramref name="run"/> get lost: the first with an error, the rest silently.</summary>
    public static void Lose(string run, int count) => Losses[run] = count;

    public async Task PublishAsync<T>(T integrationEvent, CancellationToken cancellationToken)
        where T : class
    {
        Published.Enqueue(integrationEvent);
        if (integrationEvent is not RunCompleted completed)
        {
            return;
        }

        var left = Losses.GetValueOrDefault(completed.Run);
        if (left > 0)
        {
            Losses[completed.Run] = left - 1;
            if (left % 2 == 0)
            {
                throw new IOException("The broker is away.");
            }

            return;
        }

        var version = await grains.GetGrain<IModelGrain>(completed.Model).PublishAsync(completed.Run, completed.Content, completed.Datasets, cancellationToken);
        _ = grains.GetGrain<IRunGrain>(completed.Run).AcknowledgeEventAsync(completed.EventId, version.Version);
    }
}
