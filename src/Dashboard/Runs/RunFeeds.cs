namespace Hermes.Dashboard.Runs;

/// <summary>The runs that somebody looks at, each followed once; one that nobody has asked for in a while is let go.</summary>
internal sealed class RunFeeds : IAsyncDisposable
{
    /// <summary>How long a run is followed after the last one looked.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Followed> _followed = new(StringComparer.Ordinal);
    private readonly IRunReader _reader;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>Follows nothing yet.</summary>
    public RunFeeds(IRunReader reader, TimeProvider time)
    {
        (_reader, _time) = (reader, time);
        _timer = time.CreateTimer(_ => LetGo(f => f.Watchers == 0 && _time.GetElapsedTime(f.Asked) >= KeptFor), null, KeptFor / 2, KeptFor / 2);
    }

    /// <summary>How many runs are followed.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _followed.Count;
            }
        }
    }

    /// <summary>A run, followed from now on if it was not.</summary>
    public RunFeed Of(string name)
    {
        lock (_gate)
        {
            return Find(name).Feed;
        }
    }

    /// <summary>Looks at a run until the answer is disposed.</summary>
    /// <param name="name">The run.</param>
    /// <param name="changed">Called on some thread whenever there is something new.</param>
    public RunWatch Watch(string name, Action changed)
    {
        lock (_gate)
        {
            var followed = Find(name);
            followed.Watchers++;
            followed.Feed.Changed += changed;
            return new RunWatch(followed.Feed, () =>
            {
                lock (_gate)
                {
                    followed.Feed.Changed -= changed;
                    followed.Watchers--;
                    followed.Asked = _time.GetTimestamp();
                }
            });
        }
    }

    /// <summary>Follows a run no longer, unless somebody looks at it.</summary>
    public void LetGo(string name) => LetGo(f => f.Watchers == 0 && f.Feed.Name == name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        foreach (var followed in Take(_ => true))
        {
            await followed.Feed.DisposeAsync();
        }
    }

    private Followed Find(string name)
    {
        if (!_followed.TryGetValue(name, out var followed))
        {
            followed = _followed[name] = new Followed(new RunFeed(name, _reader, _time));
        }

        followed.Asked = _time.GetTimestamp();
        return followed;
    }

    private void LetGo(Predicate<Followed> which)
    {
        foreach (var followed in Take(which))
        {
            _ = followed.Feed.DisposeAsync().AsTask();
        }
    }

    private List<Followed> Take(Predicate<Followed> which)
    {
        lock (_gate)
        {
            var taken = _followed.Values.Where(f => which(f)).ToList();
            taken.ForEach(f => _followed.Remove(f.Feed.Name));
            return taken;
        }
    }

    private sealed class Followed(RunFeed feed)
    {
        public RunFeed Feed => feed;

        public int Watchers { get; set; }

        public long Asked { get; set; }
    }
}

/// <summary>A look at a run, which ends when this is disposed.</summary>
/// <param name="Feed">The run.</param>
/// <param name="End">Ends the look.</param>
internal sealed record RunWatch(RunFeed Feed, Action End) : IDisposable
{
    public void Dispose() => End();
}
