using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Owners;
using Hermes.Grains.Seams;
using Microsoft.Extensions.Logging;

namespace Hermes.Grains.Blobs;

/// <inheritdoc cref="IBlobCollectorGrain"/>
public sealed class BlobCollectorGrain(
    [PersistentState("blobCollector", "hermes")] IPersistentState<Versioned<BlobCollectorRecord>> storage,
    IBlobCare care,
    ICatalogStore catalog,
    GrainTimings timings,
    TimeProvider clock,
    ILogger<BlobCollectorGrain> log) : Grain, IBlobCollectorGrain
{
    // The next day's must not wait for one that hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(11);

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
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        if (timings.AnswersKept is { } kept)
        {
            await ForgetAsync(begun - kept, limit.Token);
        }

        await care.CollectAsync(dryRun: false, limit.Token);
        await _record.SetAsync(new BlobCollectorRecord { Last = begun });
    }

    private async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (var question in catalog.AllAsync(CatalogKinds.Segmentation, cancellationToken).Where(q => !q.IsUnfinished && q.Updated < before))
        {
            try
            {
                await GrainFactory.GetGrain<ISegmentationGrain>(question.Key).ForgetAnswerAsync(cancellationToken);
            }
            catch (Exception error) when (error is HermesException or OrleansException or TimeoutException)
            {
                log.LogWarning(error, "The answer {Question} could not be forgotten; the next day tries again", question.Key);
            }
        }
    }
}
