using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Updates;

/// <summary>One incremental change of a model, from what is asked to what is served. Key: the update's name.</summary>
[Alias("hermes.IUpdateGrain")]
public interface IUpdateGrain : IGrainWithStringKey
{
    /// <summary>Pins base version and datasets and begins; returns at once. The same command twice is one update.</summary>
    /// <exception cref="HermesException">The name is taken, the base version or a dataset is unknown or not ready, or the trunk was trained with a dataset already.</exception>
    [Alias("CreateAsync"), Needs(Role.Trainer)]
    Task<UpdateStatus> CreateAsync(string commandId, UpdateRequest request, CancellationToken cancellationToken = default);

    /// <summary>Asks the update to end; what was learned is kept for a resume.</summary>
    [Alias("CancelAsync"), Needs(Role.Trainer)]
    Task<UpdateStatus> CancelAsync(string commandId, CancellationToken cancellationToken = default);

    /// <summary>Goes on with a cancelled or failed update where it was.</summary>
    /// <exception cref="HermesException">It is absent, under way or has ended.</exception>
    [Alias("ResumeAsync"), Needs(Role.Trainer)]
    Task<UpdateStatus> ResumeAsync(string commandId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes what was certified part of what the model serves. A new trunk that others were promoted beside goes back to learning instead: where another trunk
    /// is live by now, all of it, and where branches are, these.
    /// </summary>
    /// <param name="accept">Whether an administrator accepts what the certificate cannot say.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">It is not certified or must be accepted, or another trunk than that of its branches is live by now.</exception>
    [Alias("PromoteAsync"), Needs(Role.Trainer)]
    Task<UpdateStatus> PromoteAsync([Needs(Role.Administrator)] bool accept = false, CancellationToken cancellationToken = default);

    /// <summary>The tasks of one of its datasets are registered.</summary>
    [Alias("TasksRegisteredAsync"), Needs(Role.Silo)]
    Task TasksRegisteredAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Where the update stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<UpdateStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>The update's story from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Ends the use of a withdrawn dataset and lets go of what belongs to that alone.</summary>
    [Alias("ReleaseAsync"), Needs(Role.Silo)]
    Task ReleaseAsync(string dataset, CancellationToken cancellationToken = default);

    /// <summary>Takes up work that a stopped silo left unfinished.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
