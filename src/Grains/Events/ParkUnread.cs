using System.Runtime.Serialization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using MassTransit;

namespace Hermes.Grains.Events;

/// <summary>
/// Keeps what a broker delivers and what cannot be read as an event, with the cause, instead of leaving it in a queue that nobody looks at. What could be read
/// and failed for another reason goes back to the broker: the actors, or what they need, were away.
/// </summary>
public sealed class ParkUnread(IGrainFactory grains, string queue) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    private const int LongestKept = 16 * 1024;

    /// <inheritdoc/>
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        return IsForGood(context.Exception) ? ParkAsync(context, context.Exception.GetBaseException().Message) : throw context.Exception;
    }

    /// <inheritdoc/>
    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ParkAsync(context, "it is of no kind that this queue is for");
    }

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("park");

    /// <summary>Whether what came cannot be read or is wrong, so that it would fail whenever it is delivered.</summary>
    internal static bool IsForGood(Exception error) => error.GetBaseException() is HermesException { IsPassing: false } || IsUnreadable(error);

    private static bool IsUnreadable(Exception error) =>
        error is SerializationException or JsonException || (error.InnerException is { } inner && IsUnreadable(inner));

    private Task ParkAsync(ReceiveContext context, string why)
    {
        var bytes = context.Body.GetBytes();
        var body = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(bytes.Length, LongestKept)));
        var cause = new Failure(
            $"What came for '{queue}' could not be read as an event: {why.TrimEnd('.')}.", Hint: "Have its sender send it anew as docs/events.md says, and discard this one.");
        return grains.GetGrain<IEventGrain>($"unread/{Convert.ToHexStringLower(SHA256.HashData(bytes))[..24]}").FailUnreadAsync(body, queue, cause);
    }
}
