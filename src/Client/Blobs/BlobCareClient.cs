using Hermes.Client.Connection;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Client.Blobs;

/// <summary>Looking after the platform's blob store.</summary>
public sealed class BlobCareClient
{
    private readonly PlatformConnection _connection;

    internal BlobCareClient(PlatformConnection connection) => _connection = connection;

    /// <summary>Looks for blobs that are referred to and missing, and compares every stored blob with its digest.</summary>
    /// <param name="cancellationToken">Stops looking.</param>
    /// <returns>The store, a stretch at a time; missing blobs come with the first.</returns>
    public async IAsyncEnumerable<BlobCheck> CheckAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? after = null;
        do
        {
            var stretch = await CallAsync((care, token) => care.CheckAsync(after, token), cancellationToken).ConfigureAwait(false);
            yield return stretch;
            after = stretch.Next;
        }
        while (after is not null);
    }

    /// <summary>Removes the blobs that nothing refers to and that are older than <see cref="BlobCollection.Grace"/>.</summary>
    /// <param name="dryRun">Only tells what would be removed.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HermesException">It cannot be known what is referred to; nothing was removed.</exception>
    public Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken = default) =>
        CallAsync((care, token) => care.CollectAsync(dryRun, token), cancellationToken);

    private Task<T> CallAsync<T>(Func<IBlobCareGrain, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        _connection.CallAsync((grains, token) => call(grains.GetGrain<IBlobCareGrain>(_connection.Platform.Site), token), cancellationToken);
}
