namespace Hermes.Grains.Seams;

/// <summary>How often actors look around, and how long they keep what they could find again. Tests shorten it.</summary>
public sealed record GrainTimings
{
    /// <summary>Silence after which a watcher gets a heartbeat.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often unfinished work is looked after: events sent again, lost requests repeated.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Silence after which a silo's devices and a lease are void.</summary>
    public TimeSpan LeaseLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the devices of a silo of which nothing is heard count among those that may come back.</summary>
    public TimeSpan SiloKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long a device that has nothing to do waits after a question for others about the same image, to answer them together.</summary>
    public TimeSpan Gathering { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a silo gathers what changed before it tells it.</summary>
    public TimeSpan Bundling { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Least time between two progress reports of a worker; results and checkpoints are never held back.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long an answer is kept after it was found; null for ever.</summary>
    public TimeSpan? AnswersKept { get; init; }

    /// <summary>How long to wait before what failed this many times in a row is tried again: a tick, then twice as long each time, up to the lifetime of a lease.</summary>
    public TimeSpan Pause(int times) => times < 1 ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(LeaseLifetime.Ticks, Tick.Ticks << Math.Min(times - 1, 8)));
}
