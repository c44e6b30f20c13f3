using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>
/// One run as everybody who looks at it sees it, followed once for all of them: how it stands, its curves and its story. What it says by itself is shown at once;
/// its stretches of metrics fill in what lay between, also what a lost connection missed.
/// </summary>
internal sealed class RunFeed : IAsyncDisposable
{
    /// <summary>How often it is read anew besides: whether there is a new stretch of metrics, and whether a run that has ended was resumed.</summary>
    public static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(5);

    private const int StoryKept = 200;
    private const int StretchesAtOnce = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IRunReader _reader;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _isNews = new(0);
    private readonly Lock _gate = new();
    private readonly Task _following;
    private IReadOnlyList<MetricsChunk> _known = [];
    private RunView _view = RunView.FirstLook;
    private Task _listening = Task.CompletedTask;
    private bool _hasListened;
    private long _sequence;

    /// <summary>Begins to follow a run.</summary>
    public RunFeed(string name, IRunReader reader, TimeProvider time)
    {
        (Name, _reader, _time) = (name, reader, time);
        _following = Task.Run(FollowAsync);
    }

    /// <summary>Raised on some thread after <see cref="View"/> or <see cref="Curves"/> has changed.</summary>
    public event Action? Changed;

    /// <summary>The run.</summary>
    public string Name { get; }

    /// <summary>How it stands.</summary>
    public RunView View
    {
        get
        {
            lock (_gate)
            {
                return _view;
            }
        }
    }

    /// <summary>Its numbers.</summary>
    public RunCurves Curves { get; } = new();

    /// <summary>Ends once the run was read for the first time, or could not be.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Reads it now: something was done to it.</summary>
    public void ReadSoon() => _isNews.Release();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following;
        await _listening;
        _end.Dispose();
        _isNews.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await ReadAsync();
            _ready.TrySetResult();
            // Of one that has ended, once: what the platform remembers of it.
            if (View.Status is { } status && (RunRow.Of(status).IsUnderWay || !_hasListened) && _listening.IsCompleted)
            {
                _hasListened = true;
                _listening = ListenAsync();
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            await Task.WhenAny(_isNews.WaitAsync(pause.Token), Task.Delay(ReadEvery, _time, pause.Token));
            await pause.CancelAsync();
        }
    }

    private async Task ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, patience.Token);
        try
        {
            var status = await _reader.FindAsync(Name, either.Token);
            if (status is not null)
            {
                await ReadMetricsAsync(status, either.Token);
            }

            var isWorkedOn = status is not null && RunRow.Of(status).IsWorkedOn;
            Show(view => view with { Status = status, IsAbsent = status is null, Problem = null, Progress = isWorkedOn ? view.Progress : null });
        }
#pragma warning disable CA1031 // Whatever goes wrong with one reading, the next one may succeed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!_end.IsCancellationRequested)
            {
                // Where no platform answers, the page says so by itself; what was read stays meanwhile.
                var isAway = failure is PlatformAbsentException;
                Show(view => view with
                {
                    Status = failure is HermesException { IsPassing: false } && !isAway ? null : view.Status,
                    Problem = isAway ? null : ReadFailure.Of(failure),
                });
            }
        }
    }

    // The last stretch is written anew with every checkpoint; those before it stay.
    private async Task ReadMetricsAsync(RunStatus status, CancellationToken cancellationToken)
    {
        var same = status.Metrics.Zip(_known).TakeWhile(pair => pair.First == pair.Second).Count();
        var news = status.Metrics.Skip(same).ToList();
        if (news.Count == 0 && _known.Count == same)
        {
            return;
        }

        var read = new List<(MetricsChunk, byte[])>();
        foreach (var some in news.Chunk(StretchesAtOnce))
        {
            read.AddRange(some.Zip(await Task.WhenAll(some.Select(stretch => _reader.ReadAsync(stretch.Blob, cancellationToken)))));
        }

        if (news.Count > 0)
        {
            Curves.Replace(read, keepsRest: RunRow.Of(status).IsWorkedOn);
        }
        else
        {
            Curves.CutAfter(status.Step);
        }

        _known = status.Metrics;
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var happened in _reader.WatchAsync(Name, _sequence, _end.Token))
            {
                _sequence = happened.Sequence;
                if (!happened.IsHeartbeat)
                {
                    Hear(happened);
                }
            }

            ReadSoon();
        }
#pragma warning disable CA1031 // It is listened to anew after the next reading, in its own time, which says what is wrong.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private void Hear(ProgressEvent happened)
    {
        if (happened.IsPast)
        {
            Show(view => view with { Story = Told(view.Story, happened) });
            return;
        }

        if (View.Status is { } known && !RunRow.Of(known).IsUnderWay)
        {
            // Its stretches of metrics say more than what is remembered of them, and how it ended was read. A platform that forgot when it told that says it as of now.
            var told = happened.IsLast && known.Ended is { } ended ? happened with { Time = ended } : happened;
            Show(view => view with { Story = Told(view.Story, told) });
            return;
        }

        var isTraining = happened.Phase == Phases.Train;
        if (isTraining && happened.Metrics is { } numbers)
        {
            Curves.Add((int)happened.Done, numbers);
        }

        var before = View.Status?.State;
        Show(view => view with
        {
            Status = view.Status is { } status && Enum.TryParse<RunState>(happened.State, ignoreCase: true, out var state)
                ? status with
                {
                    State = state,
                    Phase = happened.Phase,
                    Step = isTraining ? (int)happened.Done : status.Step,
                    StepsTotal = isTraining ? (int)happened.Total : status.StepsTotal,
                    LastMetrics = happened.Metrics ?? status.LastMetrics,
                }
                : view.Status,
            Progress = happened,
            Story = Told(view.Story, happened),
        });
        if (before != View.Status?.State)
        {
            ReadSoon();
        }
    }

    private static IReadOnlyList<ProgressEvent> Told(IReadOnlyList<ProgressEvent> story, ProgressEvent happened) =>
        happened.IsNewsAfter(story.Count > 0 ? story[^1] : null) ? [.. story.TakeLast(StoryKept - 1), happened] : story;

    private void Show(Func<RunView, RunView> change)
    {
        lock (_gate)
        {
            _view = change(_view);
        }

        Changed?.Invoke();
    }
}
