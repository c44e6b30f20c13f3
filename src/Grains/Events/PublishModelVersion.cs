using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Runs;
using MassTransit;

namespace Hermes.Grains.Events;

/// <summary>A completed run becomes a model version; then the run may forget the event.</summary>
public sealed class PublishModelVersion(IGrainFactory grains) : IConsumer<RunCompleted>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RunCompleted> context)
    {
        var completed = context.Message;
        var version = await grains.GetGrain<IModelGrain>(completed.Model)
            .PublishAsync(completed.Run, completed.Content, completed.Datasets, context.CancellationToken);
        await grains.GetGrain<IRunGrain>(completed.Run).AcknowledgeEventAsync(completed.EventId, version.Version);
    }
}
