using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Seams;

/// <summary>Knows every reference to a blob that is stored. A seam: the embedded database and files here.</summary>
public interface IBlobCare
{
    /// <inheritdoc cref="IBlobCareGrain.CheckAsync"/>
    Task<BlobCheck> CheckAsync(string? afterSha256, CancellationToken cancellationToken);

    /// <inheritdoc cref="IBlobCareGrain.CollectAsync"/>
    Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken);

    /// <summary>What owners refer to.</summary>
    /// <param name="owners">Each as its kind and key with a space between.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<BlobRef>> OwnedByAsync(IReadOnlyCollection<string> owners, CancellationToken cancellationToken);

    /// <summary>Removes those of some blobs that nothing refers to, without a time of grace, and what was prepared from them.</summary>
    /// <param name="sha256">Their digests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task RemoveAsync(IReadOnlyCollection<string> sha256, CancellationToken cancellationToken);
}
