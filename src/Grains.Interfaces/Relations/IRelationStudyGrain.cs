using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Relations;

/// <summary>
/// The study of what tasks of one model version gain from each other, measured by training, and of how well anything predicts it. Key:
/// <see cref="Names.RelationStudyKey"/>.
/// </summary>
[Alias("hermes.IRelationStudyGrain")]
public interface IRelationStudyGrain : IGrainWithStringKey
{
    /// <summary>Says what a study would be, without beginning it. The prior map of the version must exist.</summary>
    /// <exception cref="HermesException">There is no such version, it has no prior map yet, or nothing of it can be studied.</exception>
    [Alias("PlanAsync"), Needs(Role.Viewer)]
    Task<RelationStudyPlan> PlanAsync(RelationStudyRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins the study, or goes on with one that was cancelled, failed or left something out; returns at once. Trainings that were done before, for whatever study,
    /// are not done again. One that is completed with the same request stays as it is.
    /// </summary>
    /// <exception cref="HermesException">There is no such version, the request is none, or the study is under way with another request.</exception>
    [Alias("StartAsync"), Needs(Role.Trainer)]
    Task<RelationStudyStatus> StartAsync(RelationStudyRequest request, CancellationToken cancellationToken = default);

    /// <summary>Ends the study; trainings under way that nobody else needs end at their next step. Returns at once.</summary>
    /// <exception cref="HermesException">There is no study.</exception>
    [Alias("CancelAsync"), Needs(Role.Trainer)]
    Task<RelationStudyStatus> CancelAsync(CancellationToken cancellationToken = default);

    /// <summary>Where it stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<RelationStudyStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Its story from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Takes up a study that a stopped silo left unfinished.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
