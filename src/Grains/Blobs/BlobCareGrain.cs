using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Seams;
using Orleans.Concurrency;

namespace Hermes.Grains.Blobs;

/// <inheritdoc cref="IBlobCareGrain"/>
[StatelessWorker(1)]
public sealed class BlobCareGrain(IBlobCare care) : Grain, IBlobCareGrain
{
    /// <inheritdoc/>
    public Task<BlobCheck> CheckAsync(string? afterSha256, CancellationToken cancellationToken) => care.CheckAsync(afterSha256, cancellationToken);

    /// <inheritdoc/>
    public Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken) => care.CollectAsync(dryRun, cancellationToken);
}
