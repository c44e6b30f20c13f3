using Hermes.Client.Connection;
using Hermes.Dashboard.Platform;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Progress;
using Hermes.Grains.Interfaces.Runs;

namespace Hermes.Dashboard.Runs;

/// <summary>What pages read of runs. It fails with <see cref="PlatformAbsentException"/> while no platform answers.</summary>
internal interface IRunReader
{
    /// <summary>A part of the list, and how many there are in all.</summary>
    Task<CatalogPage<RunRow>> ListAsync(CatalogFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>How a run stands; null when there is none of this name.</summary>
    Task<RunStatus?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>A run's story from after a number to its end.</summary>
    IAsyncEnumerable<ProgressEvent> WatchAsync(string name, long afterSequence, CancellationToken cancellationToken);

    /// <summary>A stretch of a run's metrics.</summary>
    Task<byte[]> ReadAsync(BlobRef blob, CancellationToken cancellationToken);
}
