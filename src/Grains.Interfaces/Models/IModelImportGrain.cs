using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>One file of weights and the version it becomes. Key: <see cref="ImportRequest.Key"/>.</summary>
[Alias("hermes.IModelImportGrain")]
public interface IModelImportGrain : IGrainWithStringKey
{
    /// <summary>Asks for the import; returns at once. One that failed is tried again.</summary>
    /// <exception cref="HermesException">The file did not arrive, or the request is of another key.</exception>
    [Alias("AskAsync"), Needs(Role.Trainer)]
    Task<ImportStatus> AskAsync(ImportRequest request, CancellationToken cancellationToken = default);

    /// <summary>Where it stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<ImportStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Its story from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Takes up an import that a stopped silo left undone.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
