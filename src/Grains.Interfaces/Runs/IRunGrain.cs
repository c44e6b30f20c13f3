using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Runs;

/// <summary>One training job. Key: the run's name.</summary>
[Alias("hermes.IRunGrain")]
public interface IRunGrain : IGrainWithStringKey
{
    /// <summary>Pins the inputs and queues the run; returns at once. The same command twice is one run.</summary>
    /// <exception cref="HermesException">The name is taken, a dataset is unknown or not ready, or nothing is there to learn.</exception>
    [Alias("StartAsync"), Needs(Role.Trainer)]
    Task<RunStatus> StartAsync(string commandId, RunRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks the run to end at the next step; returns at once.</summary>
    [Alias("CancelAsync"), Needs(Role.Trainer)]
    Task<RunStatus> CancelAsync(string commandId, CancellationToken cancellationToken = default);

    /// <summary>Queues a cancelled or failed run again, from its last checkpoint.</summary>
    /// <exception cref="HermesException">The run is absent, completed or under way.</exception>
    [Alias("ResumeAsync"), Needs(Role.Trainer)]
    Task<RunStatus> ResumeAsync(string commandId, CancellationToken cancellationToken = default);

    /// <summary>Where the run stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<RunStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>The run's story from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Counts an update, or a study, among those that the run learns for: those that learn the same share it.</summary>
    [Alias("NeedAsync"), Needs(Role.Silo)]
    Task NeedAsync(string update, CancellationToken cancellationToken = default);

    /// <summary>An update or a study needs what the run learns no more; when none does, it is cancelled.</summary>
    [Alias("ForgoAsync"), Needs(Role.Silo)]
    Task ForgoAsync(string update, CancellationToken cancellationToken = default);

    /// <summary>Ends the use of a withdrawn dataset and lets go of what belongs to that alone.</summary>
    /// <returns>Whether it has; a run that is under way ends first.</returns>
    [Alias("ReleaseAsync"), Needs(Role.Silo)]
    Task<bool> ReleaseAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Takes up work that a stopped silo left unfinished.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();

    /// <summary>What the run learned is the version <paramref name="modelVersion"/> of its model.</summary>
    [Alias("PublishedAsync"), Needs(Role.Silo)]
    Task PublishedAsync(int modelVersion);
}
