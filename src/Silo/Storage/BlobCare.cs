using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Seams;

namespace Hermes.Silo.Storage;

/// <summary>Checks the blob store against what is stored of the actors, and removes what nothing refers to.</summary>
internal sealed class BlobCare(Database database, IBlobStore blobs, PreparedCases prepared, TimeProvider clock, ILogger<BlobCare> log) : IBlobCare, IDisposable
{
    /// <summary>What is compared with its digests before an answer is given: a few seconds of reading.</summary>
    private const long Stretch = 1L << 30;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly StoredReferences _references = new(database, blobs);

    public Task<BlobCheck> CheckAsync(string? afterSha256, CancellationToken cancellationToken) =>
        Task.Run(() => CheckStretchAsync(afterSha256, cancellationToken), cancellationToken);

    public Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                return await CollectOnceAsync(dryRun, cancellationToken);
            }
            finally
            {
                _one.Release();
            }
        },
        cancellationToken);

    public async Task<IReadOnlyList<BlobRef>> OwnedByAsync(IReadOnlyCollection<string> owners, CancellationToken cancellationToken)
    {
        var wanted = owners.ToHashSet(StringComparer.Ordinal);
        return [.. (await OwnedAsync(cancellationToken)).Values.Where(owned => owned.Owners.Overlaps(wanted)).Select(owned => owned.Blob)];
    }

    public Task RemoveAsync(IReadOnlyCollection<string> sha256, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            // Whoever begins to refer to one from now on renews it first.
            var before = clock.GetUtcNow();
            var wanted = sha256.ToHashSet(StringComparer.Ordinal);
            var kept = await _references.ReadAsync(catalog: false, Unreadable, cancellationToken);
            var unwanted = blobs.ListAsync(cancellationToken: cancellationToken).Where(b => wanted.Contains(b.Sha256) && !kept.ContainsKey(b.Sha256));
            foreach (var blob in await unwanted.ToListAsync(cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await blobs.CollectAsync(blob, before, cancellationToken))
                {
                    prepared.Remove(blob.Sha256);
                }
            }
        },
        cancellationToken);

    public void Dispose() => _one.Dispose();

    private async Task<BlobCheck> CheckStretchAsync(string? after, CancellationToken cancellationToken)
    {
        var problems = new List<BlobProblem>();
        if (after is null)
        {
            problems.AddRange(await MissingAsync(cancellationToken));
        }

        var (count, bytes, last) = (0, 0L, (string?)null);
        await foreach (var stored in blobs.ListAsync(afterSha256: after, cancellationToken: cancellationToken))
        {
            if (bytes > Stretch)
            {
                return new BlobCheck { Blobs = count, Bytes = bytes, Problems = problems, Next = last };
            }

            if (await DamageAsync(stored, cancellationToken) is { } damage)
            {
                problems.Add(damage);
            }

            (count, bytes, last) = (count + 1, bytes + stored.Length, stored.Sha256);
        }

        return new BlobCheck { Blobs = count, Bytes = bytes, Problems = problems };
    }

    private async Task<IReadOnlyList<BlobProblem>> MissingAsync(CancellationToken cancellationToken)
    {
        // Read first: what is put after the list was made is not missing.
        var missing = new List<BlobProblem>();
        var referred = await OwnedAsync(cancellationToken);
        var there = await blobs.ListAsync(cancellationToken: cancellationToken).Select(b => b.Sha256).ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        foreach (var (sha256, owned) in referred)
        {
            if (!there.Contains(sha256))
            {
                missing.Add(new BlobProblem(sha256, $"The blob of {owned.Blob.Length} bytes ({owned.Blob.MediaType}) is missing.", [.. owned.Owners]));
            }
        }

        return missing;
    }

    private async Task<BlobProblem?> DamageAsync(StoredBlob stored, CancellationToken cancellationToken)
    {
        var blob = new BlobRef(blobs.Site, stored.Sha256, stored.Length, "");
        try
        {
            if (!blob.IsWellFormed)
            {
                return new BlobProblem(stored.Sha256, "The name of the file is no digest.", []);
            }

            await blobs.VerifyAsync(blob, cancellationToken);
            return null;
        }
        catch (Exception error) when (BlobDamage.Is(error))
        {
            if (!await blobs.ExistsAsync(blob, cancellationToken))
            {
                // It was removed meanwhile by whom it belonged to.
                return null;
            }

            var owners = (await OwnedAsync(cancellationToken)).TryGetValue(stored.Sha256, out var owned) ? owned.Owners : [];
            return new BlobProblem(stored.Sha256, error.Message, [.. owners]);
        }
    }

    // A page that cannot be read is reported for itself, as missing or as damaged.
    private Task<IReadOnlyDictionary<string, OwnedBlob>> OwnedAsync(CancellationToken cancellationToken) =>
        _references.ReadAsync(catalog: false, (_, _) => { }, cancellationToken);

    private static void Unreadable(BlobRef page, HermesException unreadable) => throw new HermesException(
        $"Nothing was removed: what the list {page.Sha256} refers to cannot be known. {unreadable.Message}",
        hint: "See whose it is with: hermes blobs check");

    private async Task<BlobCollection> CollectOnceAsync(bool dryRun, CancellationToken cancellationToken)
    {
        // Listed before the references are read: what comes later is young, whoever refers to it. So are the case lists of a
        // training order, which no state holds: they are put again whenever the order is written.
        var before = clock.GetUtcNow() - BlobCollection.Grace;
        var stored = await blobs.ListAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        var kept = await _references.ReadAsync(catalog: true, Unreadable, cancellationToken);

        var result = new BlobCollection(0, 0, 0, 0, 0, 0);
        foreach (var blob in stored)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isRemoved = !kept.ContainsKey(blob.Sha256) && blob.Put < before && (dryRun || await blobs.CollectAsync(blob, before, cancellationToken));
            result = kept.ContainsKey(blob.Sha256) ? result with { Kept = result.Kept + 1, KeptBytes = result.KeptBytes + blob.Length }
                : isRemoved ? result with { Removed = result.Removed + 1, RemovedBytes = result.RemovedBytes + blob.Length }
                : result with { Young = result.Young + 1, YoungBytes = result.YoungBytes + blob.Length };
        }

        if (result.Removed > 0 && !dryRun)
        {
            log.LogInformation("Removed {Blobs} blobs with {Bytes} bytes that nothing refers to", result.Removed, result.RemovedBytes);
        }

        return result;
    }
}
