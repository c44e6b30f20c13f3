using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Client.Connection;

/// <summary>
/// Calls and progress streams that outlive a restart of the silo: what was in flight is asked again, which is safe because
/// every command carries an id and is idempotent.
/// </summary>
internal sealed class PlatformConnection : IAsyncDisposable
{
    /// <summary>How long a silo may be away.</summary>
    internal static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(60);

    /// <summary>A stream that is silent for longer, heartbeats included, is taken for dead.</summary>
    internal static readonly TimeSpan HeartbeatPatience = TimeSpan.FromSeconds(60);

    /// <summary>The same for the stream of changes, which nobody waits for with work to lose.</summary>
    internal static readonly TimeSpan ChangesPatience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly PlatformLocator _locator;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _repair = new(1, 1);
    private volatile GatewayLink _link;

    private PlatformConnection(PlatformLocator locator, GatewayLink link, TimeProvider time)
    {
        _locator = locator;
        _link = link;
        _time = time;
    }

    public PlatformDescription Platform => _link.Platform;

    /// <summary>Connects; waits for a platform that somebody on this machine is starting again.</summary>
    /// <exception cref="HermesException">No platform answers.</exception>
    public static async Task<PlatformConnection> OpenAsync(PlatformLocator locator, TimeProvider time, CancellationToken cancellationToken)
    {
        var from = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new PlatformConnection(locator, await FindAsync(locator, time, cancellationToken).ConfigureAwait(false), time);
            }
            catch (HermesException) when (time.GetElapsedTime(from) < RestartPatience && Supervision.IsAnnounced(locator.Address))
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Makes one grain call and repeats it for as long as a restart of the silo may take.</summary>
    /// <exception cref="HermesException">The platform refused, or stayed away.</exception>
    public async Task<T> CallAsync<T>(Func<IGrainFactory, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        long? firstFailure = null;
        while (true)
        {
            var link = _link;
            try
            {
                var answer = call(link.Grains, cancellationToken);
                await UnlessLostAsync(answer, link, cancellationToken).ConfigureAwait(false);
                return await answer.ConfigureAwait(false);
            }
            catch (OrleansException asleep) when (asleep.InnerException is HermesException refusal)
            {
                // An actor that cannot be woken, as when a newer program stored its state.
                throw refusal;
            }
            catch (Exception e) when (IsGivenUp(e) && !cancellationToken.IsCancellationRequested)
            {
                firstFailure ??= _time.GetTimestamp();
                await RepairAsync(link, firstFailure.Value, e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    public Task CallAsync(Func<IGrainFactory, CancellationToken, Task> call, CancellationToken cancellationToken) =>
        CallAsync(
            async (grains, token) =>
            {
                await call(grains, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <summary>Reads a progress stream to its last event, subscribing again from the last number whenever it breaks.</summary>
    public async IAsyncEnumerable<ProgressEvent> WatchAsync(
        Func<IGrainFactory, long, CancellationToken, IAsyncEnumerable<ProgressEvent>> subscribe,
        long afterSequence,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = afterSequence;
        await foreach (var current in StreamAsync((grains, token) => subscribe(grains, last, token), HeartbeatPatience, cancellationToken).ConfigureAwait(false))
        {
            // A restarted silo may count from the beginning again; its numbers are the ones to ask with.
            var isNews = current.Sequence > last || current.IsLast;
            last = current.Sequence;
            if (isNews || current.IsHeartbeat)
            {
                yield return current;
            }

            if (current.IsLast)
            {
                yield break;
            }
        }
    }

    /// <summary>Reads a stream that has no end, subscribing again whenever it breaks or is silent for too long.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        Func<IGrainFactory, CancellationToken, IAsyncEnumerable<T>> subscribe, TimeSpan patience, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? firstFailure = null;
        while (true)
        {
            var link = _link;
            using var subscription = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var events = subscribe(link.Grains, subscription.Token).WithBatchSize(1).GetAsyncEnumerator(subscription.Token);
            Exception? broken = null;
            try
            {
                while (true)
                {
                    try
                    {
                        var next = events.MoveNextAsync().AsTask();
                        await UnlessLostAsync(next, link, cancellationToken, patience).ConfigureAwait(false);
                        if (!await next.ConfigureAwait(false))
                        {
                            break;
                        }
                    }
                    catch (Exception e) when ((IsGivenUp(e) || e is EnumerationAbortedException) && !cancellationToken.IsCancellationRequested)
                    {
                        broken = e;
                        break;
                    }

                    firstFailure = null;
                    yield return events.Current;
                }
            }
            finally
            {
                await CloseAsync(events, subscription).ConfigureAwait(false);
            }

            firstFailure ??= _time.GetTimestamp();
            await RepairAsync(link, firstFailure.Value, broken ?? new EnumerationAbortedException("It ends without an end."), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync().ConfigureAwait(false);
        _repair.Dispose();
    }

    private static async Task<GatewayLink> FindAsync(PlatformLocator locator, TimeProvider time, CancellationToken cancellationToken)
    {
        var platform = await locator.FindAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await GatewayLink.OpenAsync(platform, locator.Wire, locator.Token, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsTransport(e))
        {
            throw new HermesException($"The platform at {locator.Address} answers, but its gateway {platform.Gateway} does not: {e.Message}", e)
            {
                Hint = "It may be starting or stopping; try again in a moment.",
            };
        }
    }

    private static bool IsTransport(Exception e) =>
        e is OrleansException or TimeoutException or SocketException or ConnectionLostException or ObjectDisposedException
        || (e is AggregateException many && many.InnerExceptions.Any(IsTransport));

    // What the caller did not give up, the cluster did: a message that was too long on its way, an actor whose silo was ending.
    private static bool IsGivenUp(Exception e) => IsTransport(e) || e is OperationCanceledException;

    private static async ValueTask CloseAsync<T>(IAsyncEnumerator<T> events, CancellationTokenSource subscription)
    {
        await subscription.CancelAsync().ConfigureAwait(false);
        try
        {
            await events.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        }
        catch (Exception e) when (IsTransport(e) || e is OperationCanceledException or NotSupportedException or EnumerationAbortedException)
        {
            // The stream is given up either way; the silo drops it when nobody reads.
        }
    }

    private static async Task UnlessLostAsync(Task work, GatewayLink link, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (link.Lost.Register(() => lost.TrySetResult()).ConfigureAwait(false))
        {
            var first = Task.WhenAny(work, lost.Task);
            try
            {
                await first.WaitAsync(patience ?? Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Abandon(work);
                throw;
            }
        }

        if (!work.IsCompleted)
        {
            Abandon(work);
            throw new ConnectionLostException();
        }
    }

    private static void Abandon(Task work) =>
        _ = work.ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private async Task RepairAsync(GatewayLink broken, long since, Exception cause, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
        await _repair.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_link != broken)
            {
                return;
            }

            HermesException? refusal;
            while (true)
            {
                try
                {
                    var platform = await _locator.FindAsync(cancellationToken).ConfigureAwait(false);
                    if (platform.IsSameSilo(broken.Platform) && !broken.Lost.IsCancellationRequested)
                    {
                        // The same silo process answers and its gateway is connected: the call itself failed or took too long.
                        if (_time.GetElapsedTime(since) < RestartPatience)
                        {
                            return;
                        }

                        refusal = new HermesException(
                            $"The platform at {_locator.Address} answers, but could not do what was asked: {cause.Message}", cause)
                        {
                            Remedy = Remedy.ReadLog,
                        };
                        break;
                    }

                    _link = await GatewayLink.OpenAsync(platform, _locator.Wire, _locator.Token, _time, cancellationToken).ConfigureAwait(false);
                    await broken.DisposeAsync().ConfigureAwait(false);
                    return;
                }
                catch (Exception e) when ((e is HermesException || IsTransport(e)) && !cancellationToken.IsCancellationRequested)
                {
                    if (_time.GetElapsedTime(since) >= RestartPatience)
                    {
                        throw new HermesException(
                            $"The platform at {_locator.Address} went away and did not come back within {RestartPatience.TotalSeconds:0} s.", cause)
                        {
                            Remedy = Remedy.RestartPlatform,
                        };
                    }

                    await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
                }
            }

            throw refusal;
        }
        finally
        {
            _repair.Release();
        }
    }
}
