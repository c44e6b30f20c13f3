using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Owners;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Blobs;

/// <inheritdoc cref="IBlobCollectorGrain"/>
public sealed class BlobCollectorGrain(
    [PersistentState("blobCollector", "hermes")] IPersistentState<Versioned<BlobCollectorRecord>> storage, IBlobCare care, TimeProvider clock) : Grain, IBlobCollectorGrain
{
    private Owned<BlobCollectorRecord> _record = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _record = new Owned<BlobCollectorRecord>(storage, DeactivateOnIdle);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task CollectAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (_record.Value.Last >= since)
        {
            return;
        }

        // Written down when it is done: one that dies with its silo is done by whoever asks next.
        var begun = clock.GetUtcNow();
        await care.CollectAsync(dryRun: false, cancellationToken);
        await _record.SetAsync(new BlobCollectorRecord { Last = begun });
    }
}
