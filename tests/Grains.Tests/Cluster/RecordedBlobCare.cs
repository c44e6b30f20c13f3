using System.Text.Json;
using Hermes.Blobs;
using Hermes.Grains.Blobs;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Seams;

namespace Hermes.Grains.Tests.Cluster;

/// <summary>Knows the references in what tests stored, as the silo does those in its database.</summary>
public sealed class RecordedBlobCare(RecordedStorage storage, IBlobStore blobs) : IBlobCare
{
    public Task<BlobCheck> CheckAsync(string? afterSha256, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>How often it was asked to remove what nothing refers to.</summary>
    public int Collections { get; private set; }

    /// <summary>What a removal meets instead of coming to its end.</summary>
    public Exception? Broken { get; set; }

    public Task<BlobCollection> CollectAsync(bool dryRun, CancellationToken cancellationToken)
    {
        Collections++;
        return Broken is null ? Task.FromResult(new BlobCollection(0, 0, 0, 0, 0, 0)) : Task.FromException<BlobCollection>(Broken);
    }

    public async Task<IReadOnlyList<BlobRef>> OwnedByAsync(IReadOnlyCollection<string> owners, CancellationToken cancellationToken)
    {
        var found = new List<BlobRef>();
        foreach (var (kind, key, state) in storage.All())
        {
            if (owners.Contains($"{kind} {key}"))
            {
                await AddAsync(StateReferences.Of(kind, state), found, cancellationToken);
            }
        }

        return found;
    }

    public async Task RemoveAsync(IReadOnlyCollection<string> sha256, CancellationToken cancellationToken)
    {
        var kept = new List<BlobRef>();
        foreach (var (kind, _, state) in storage.All())
        {
            await AddAsync(StateReferences.Of(kind, state), kept, cancellationToken);
        }

        foreach (var blob in sha256.Except(kept.Select(b => b.Sha256)))
        {
            await blobs.DeleteAsync(new BlobRef(blobs.Site, blob, 0, ""), cancellationToken);
        }
    }

    private async Task AddAsync(IEnumerable<BlobRef> references, List<BlobRef> found, CancellationToken cancellationToken)
    {
        foreach (var reference in references)
        {
            found.Add(reference);
            if (reference.MediaType == MediaTypes.Json && await blobs.ExistsAsync(reference, cancellationToken))
            {
                await AddAsync((await blobs.GetJsonAsync<JsonElement>(reference, cancellationToken)).References(), found, cancellationToken);
            }
        }
    }
}
