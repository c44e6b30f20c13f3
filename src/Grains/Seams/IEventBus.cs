namespace Hermes.Grains.Seams;

/// <summary>Carries integration events to their subscribers.</summary>
public interface IEventBus
{
    /// <summary>Hands an event over; may have to be repeated, so subscribers drop what they have seen.</summary>
    Task PublishAsync<T>(T integrationEvent, CancellationToken cancellationToken = default)
        where T : class;
}
