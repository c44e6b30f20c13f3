using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>Looks after a site's blob store. Stateless; the key is the site.</summary>
[Alias("hermes.IBlobCareGrain")]
public interface IBlobCareGrain : IGrainWithStringKey
{
    /// <summary>Looks for blobs that are referred to and missing, then compares stored blobs with their digests, a stretch at a time.</summary>
    /// <param name="afterSha256">Where the last stretch ended; null for the first, which also looks for missing blobs.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("CheckAsync"), Needs(Role.Administrator, Reads = true)]
    [ResponseTimeout("00:30:00")]
    Task<BlobCheck> CheckAsync(string? afterSha256, CancellationToken cancellationToken = default);

    /// <summary>Removes blobs that nothing refers to and that have been in the store for longer than the time of grace.</summary>
    /// <param name="dryRun">Only tells what would be removed.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">A list that says what is referred to is missing or damaged; nothing was removed.</exception>
    [Alias("CollectAsync"), Needs(Role.Administrator)]
    [ResponseTimeout("00:30:00")]
    Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken = default);
}
