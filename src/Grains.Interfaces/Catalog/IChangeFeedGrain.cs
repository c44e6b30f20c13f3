using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Catalog;

/// <summary>
/// Tells whoever shows the platform that something changed, so that they need not ask. It keeps nothing: where one was away, everything may have changed. Key: 0.
/// </summary>
[Alias("hermes.IChangeFeedGrain"), Needs(Role.Silo)]
public interface IChangeFeedGrain : IGrainWithIntegerKey
{
    /// <summary>A silo tells what changed at its actors.</summary>
    [Alias("TellAsync")]
    Task TellAsync(PlatformChanges changes);

    /// <summary>What changes from now on, in bundles: the faster they are read, the smaller. The first is <see cref="PlatformChanges.Everything"/>; silence is filled with nothing.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<PlatformChanges> WatchAsync(CancellationToken cancellationToken = default);
}
