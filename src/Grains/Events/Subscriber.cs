using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Seams;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Events;

/// <summary>
/// Hands events of a kind to an actor. What was seen is dropped; what an actor refuses, or cannot take after short retries, is parked with its cause until
/// a person decides. While something that is needed for it is away, it waits. Never does long work itself.
/// </summary>
public abstract class Subscriber<T>(IGrainFactory grains, ILogger log) : IConsumer<T>
    where T : IntegrationEvent
{
    private const int LongestId = 400;

    /// <summary>The actors.</summary>
    protected IGrainFactory Grains { get; } = grains;

    private string Name => GetType().Name;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<T> context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (told, cancellationToken) = (context.Message, context.CancellationToken);
        if (told.EventId is not { Length: >= 1 and <= LongestId })
        {
            throw new HermesException($"An event needs an id of 1 to {LongestId} characters.");
        }

        var known = Grains.GetGrain<IEventGrain>(told.EventId);
        if (await known.IsDoneAsync(Name, cancellationToken))
        {
            return;
        }

        try
        {
            if (told.SchemaVersion != IntegrationEvent.Schema)
            {
                throw new HermesException(
                    $"The event speaks schema {told.SchemaVersion}; this platform knows schema {IntegrationEvent.Schema}.",
                    hint: "Upgrade the platform and retry the event, or have its sender speak the schema that is known.");
            }

            await TakeAsync(told, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it was, it is kept with the event.
        catch (Exception error) when (!Away.Is(error)
            && (error is HermesException || (context.GetRetryAttempt() >= Subscriber.Retries && !cancellationToken.IsCancellationRequested)))
#pragma warning restore CA1031
        {
            log.LogWarning(error as HermesException is null ? error : null, "{Subscriber} could not take the event {Event}: {Reason}", Name, told.EventId, error.Message);
            var cause = error is HermesException refusal ? Failure.Of(refusal) : new Failure($"It was tried {Subscriber.Retries + 1} times: {error.Message}", Hint: "Retry it when the cause is mended.");
            await known.FailAsync(told, Name, cause, cancellationToken);
            return;
        }

        await known.DoneAsync(told, Name, cancellationToken);
    }

    /// <summary>Hands the event to the actor that stores what it means; returns when that is stored. Repeating it is harmless.</summary>
    /// <exception cref="HermesException">It is refused; trying again would not help.</exception>
    protected abstract Task TakeAsync(T told, CancellationToken cancellationToken);
}

/// <summary>What all subscribers have in common.</summary>
public static class Subscriber
{
    /// <summary>How often an event that could not be taken is tried again before it is parked.</summary>
    public const int Retries = 3;

    // Some ten minutes, well below the half hour for which a broker leaves a message with a consumer. After that it is delivered anew.
    private const int RetriesWhileAway = 16;

    /// <summary>
    /// Has a transport try again what subscribers could not take: soon and a few times, or, while something that is needed is away, with pauses that grow to a minute.
    /// </summary>
    /// <param name="transport">What carries events.</param>
    /// <param name="pause">The first pause.</param>
    public static void UseRetries(this IConsumePipeConfigurator transport, TimeSpan pause)
    {
        const int LongestPause = 120;
        transport.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(Away.Is);
            retry.Exponential(RetriesWhileAway, pause, LongestPause * pause, pause);
        });
        transport.UseMessageRetry(retry =>
        {
            retry.Ignore<Exception>(Away.Is);
            retry.Interval(Retries, pause);
        });
    }
}
