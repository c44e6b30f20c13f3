using System.Runtime.CompilerServices;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Catalog;

/// <inheritdoc cref="IChangeFeedGrain"/>
public sealed class ChangeFeedGrain(GrainTimings timings, TimeProvider clock) : Grain, IChangeFeedGrain
{
    private readonly HashSet<PendingChanges> _watchers = [];

    /// <inheritdoc/>
    public Task TellAsync(PlatformChanges changes)
    {
        foreach (var watcher in _watchers)
        {
            watcher.Add(changes);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PlatformChanges> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pending = new PendingChanges();
        _watchers.Add(pending);
        try
        {
            yield return PlatformChanges.Everything;
            while (true)
            {
                await Task.WhenAny(pending.News, Task.Delay(timings.Heartbeat, clock, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                yield return pending.Take();
            }
        }
        finally
        {
            _watchers.Remove(pending);
        }
    }
}
