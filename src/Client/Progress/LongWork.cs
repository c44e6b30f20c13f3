using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Client.Progress;

/// <summary>Work that an actor does while its caller watches.</summary>
internal static class LongWork
{
    /// <summary>How long the platform may take to hear that nobody waits any more.</summary>
    private static readonly TimeSpan GiveUpPatience = TimeSpan.FromSeconds(5);

    /// <summary>Watches until the work has ended.</summary>
    /// <param name="status">Where it stands.</param>
    /// <param name="hasEnded">Whether that is an end.</param>
    /// <param name="get">Where it stands now.</param>
    /// <param name="watch">Its story from after a number.</param>
    /// <param name="progress">Told of every event.</param>
    /// <returns>How it ended.</returns>
    public static async Task<T> EndAsync<T>(
        T status, Func<T, bool> hasEnded, Func<Task<T>> get, Func<long, IAsyncEnumerable<ProgressEvent>> watch, IProgress<ProgressEvent>? progress)
    {
        var seen = 0L;
        while (!hasEnded(status))
        {
            await foreach (var happened in watch(seen).ConfigureAwait(false))
            {
                seen = happened.Sequence;
                progress?.Report(happened);
            }

            status = await get().ConfigureAwait(false);
        }

        return status;
    }

    /// <summary>Tells the platform that nobody waits any more.</summary>
    /// <returns>Whether it heard.</returns>
    public static async Task<bool> TryGiveUpAsync(Func<CancellationToken, Task> cancel)
    {
        using var limit = new CancellationTokenSource(GiveUpPatience);
        try
        {
            await cancel(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is HermesException or OperationCanceledException)
        {
            return false;
        }
    }
}
