using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Seams;

/// <summary>Knows every reference to a blob that is stored. A seam: the embedded database and files here.</summary>
public interface IBlobCare
{
    /// <inheritdoc cref="IBlobCareGrain.CheckAsync"/>
    Task<BlobCheck> CheckAsync(string? afterSha256, CancellationToken cancellationToken);

    /// <inheritdoc cref="IBlobCareGrain.CollectAsync"/>
    Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken);
}
