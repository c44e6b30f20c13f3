using System.Runtime.CompilerServices;
using Hermes.Client.Connection;
using Hermes.Client.Progress;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.Scheduling;

namespace Hermes.Client.Runs;

/// <summary>Starting, watching and ending runs.</summary>
public sealed class RunClient
{
    /// <summary>How long a completed run may take to become a model version.</summary>
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly PlatformConnection _connection;
    private readonly TimeProvider _time;

    internal RunClient(PlatformConnection connection, TimeProvider time)
    {
        _connection = connection;
        _time = time;
    }

    /// <summary>Pins the inputs and queues a run. The same request under the same name is the same run: asking again continues to it.</summary>
    /// <exception cref="HermesException">The name is taken by another request, a dataset is unknown or not ready, or nothing is there to learn.</exception>
    public Task<RunStatus> StartAsync(string name, RunRequest request, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "run");
        ArgumentNullException.ThrowIfNull(request);
        var commandId = CommandId.OfRun(name, request);
        return CallAsync(name, (r, t) => r.StartAsync(commandId, request, t), cancellationToken);
    }

    /// <summary>Where a run stands.</summary>
    /// <exception cref="HermesException">There is no such run.</exception>
    public async Task<RunStatus> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        Names.Require(name, "run");
        var status = await CallAsync(name, (r, t) => r.GetAsync(t), cancellationToken).ConfigureAwait(false);
        return status.State != RunState.Absent ? status : throw new HermesException(
            $"There is no run '{name}'.").With(Remedy.ListRuns);
    }

    /// <summary>Asks a run to end at the next step; returns at once.</summary>
    /// <exception cref="HermesException">There is no such run, or it has ended.</exception>
    public async Task<RunStatus> CancelAsync(string name, CancellationToken cancellationToken = default)
    {
        await GetAsync(name, cancellationToken).ConfigureAwait(false);
        var commandId = CommandId.New();
        return await CallAsync(name, (r, t) => r.CancelAsync(commandId, t), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Queues a cancelled or failed run again, from its last checkpoint.</summary>
    /// <exception cref="HermesException">There is no such run, or it is completed or under way.</exception>
    public async Task<RunStatus> ResumeAsync(string name, CancellationToken cancellationToken = default)
    {
        await GetAsync(name, cancellationToken).ConfigureAwait(false);
        var commandId = CommandId.New();
        return await CallAsync(name, (r, t) => r.ResumeAsync(commandId, t), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The story of a run to its end, heartbeats included.</summary>
    /// <param name="name">The run.</param>
    /// <param name="afterSequence">Only what came after this number; 0 from the start.</param>
    /// <param name="cancellationToken">Stops watching; the run goes on.</param>
    public IAsyncEnumerable<ProgressEvent> WatchAsync(string name, long afterSequence = 0, CancellationToken cancellationToken = default) =>
        _connection.WatchAsync((grains, after, token) => grains.GetGrain<IRunGrain>(name).WatchAsync(after, token), afterSequence, cancellationToken);

    /// <summary>Watches a run to its end.</summary>
    /// <param name="name">The run.</param>
    /// <param name="progress">Told of every event of its story.</param>
    /// <param name="cancellationToken">Stops watching; the run goes on.</param>
    /// <returns>How it ended; a run that completed is a model version then, unless it learned a branch.</returns>
    /// <exception cref="HermesException">There is no such run.</exception>
    public async Task<RunStatus> FollowAsync(string name, IProgress<ProgressEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        var status = await LongWork.EndAsync(
            await GetAsync(name, cancellationToken).ConfigureAwait(false),
            s => s.State is RunState.Completed or RunState.Failed or RunState.Cancelled,
            () => GetAsync(name, cancellationToken),
            seen => WatchAsync(name, seen, cancellationToken),
            progress).ConfigureAwait(false);

        // The model version follows the run's end through the outbox; a branch becomes part of one by its update.
        var from = _time.GetTimestamp();
        while (status is { State: RunState.Completed, ModelVersion: null, Branch: null } && _time.GetElapsedTime(from) < PublishPatience)
        {
            await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
            status = await GetAsync(name, cancellationToken).ConfigureAwait(false);
        }

        return status;
    }

    /// <summary>All runs, in the order of their names.</summary>
    public IAsyncEnumerable<RunStatus> ListAsync(CancellationToken cancellationToken = default) => ListAsync(new CatalogFilter(), cancellationToken);

    /// <summary>
    /// Some runs, in the order of their names. One that is at work tells itself where it stands: the catalog knows its last checkpoint. Why the others wait, the
    /// queue says once for all.
    /// </summary>
    /// <param name="filter">Which.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<RunStatus> ListAsync(CatalogFilter filter, CancellationToken cancellationToken = default) =>
        NowAsync(CatalogReader.ReadAsync<RunStatus>(_connection, CatalogKinds.Run, filter, cancellationToken).Select(listed => listed.Status), cancellationToken);

    /// <summary>A part of the list of <see cref="ListAsync(CatalogFilter, CancellationToken)"/>, in the order that the filter says.</summary>
    /// <param name="filter">Which, and how many of them stand before the part.</param>
    /// <param name="limit">At most this many, 1 to 1000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CatalogPage<RunStatus>> ListPageAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken = default)
    {
        var page = await CatalogReader.PageAsync<RunStatus>(_connection, CatalogKinds.Run, filter, limit, cancellationToken).ConfigureAwait(false);
        return page with { Items = await NowAsync(page.Items.ToAsyncEnumerable(), cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false) };
    }

    // The list does not fail for one run.
    private static async Task<T> TryAsync<T>(Func<Task<T>> ask, T otherwise)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (HermesException)
        {
            return otherwise;
        }
    }

    private async IAsyncEnumerable<RunStatus> NowAsync(IAsyncEnumerable<RunStatus> listed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Dictionary<string, string>? reasons = null;
        await foreach (var status in listed.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (status.State is RunState.Queued)
            {
                reasons ??= await TryAsync(ReasonsAsync, []).ConfigureAwait(false);
                yield return status with { Waits = reasons.GetValueOrDefault(status.Name) };
            }
            else
            {
                yield return status.State is RunState.Completed or RunState.Failed or RunState.Cancelled
                    ? status
                    : await TryAsync(() => GetAsync(status.Name, cancellationToken), status).ConfigureAwait(false);
            }
        }

        async Task<Dictionary<string, string>> ReasonsAsync()
        {
            var queue = await _connection.CallAsync(
                (grains, token) => grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.DefaultClass).GetQueueAsync(token), cancellationToken).ConfigureAwait(false);
            return queue.Waiting.ToDictionary(w => w.Run, w => w.Reason, StringComparer.Ordinal);
        }
    }

    private Task<T> CallAsync<T>(string name, Func<IRunGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IRunGrain>(name), token), cancellationToken);
}
