using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Priors;

/// <summary>The prior map of one model version, made when it is first asked for and kept. Key: <see cref="Names.PriorMapKey"/>.</summary>
[Alias("hermes.IPriorMapGrain")]
public interface IPriorMapGrain : IGrainWithStringKey
{
    /// <summary>Asks for the map; returns at once. One that failed, or whose blobs are gone, is made anew.</summary>
    /// <exception cref="HermesException">There is no such version, or it holds what was withdrawn or retired.</exception>
    [Alias("AskAsync"), Needs(Role.Viewer)]
    Task<PriorMapStatus> AskAsync(CancellationToken cancellationToken = default);

    /// <summary>Where it stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<PriorMapStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Its story from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Takes up a map that a stopped silo left unmade.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
