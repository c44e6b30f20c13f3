using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Seams;
using Orleans.Concurrency;

namespace Hermes.Grains.Blobs;

/// <inheritdoc cref="IBlobTicketGrain"/>
[StatelessWorker]
public sealed class BlobTicketGrain(IBlobStore store, IBlobTickets tickets) : Grain, IBlobTicketGrain
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<BlobTicket>> UploadAsync(IReadOnlyList<BlobRef> blobs, CancellationToken cancellationToken)
    {
        if (blobs.Count > IBlobTicketGrain.MostAtOnce)
        {
            throw new HermesException($"Tickets for {blobs.Count} blobs were asked for; at most {IBlobTicketGrain.MostAtOnce} are given at once.");
        }

        var given = new List<BlobTicket>(blobs.Count);
        foreach (var blob in blobs)
        {
            given.Add(await UploadAsync(blob, cancellationToken));
        }

        return given;
    }

    private async Task<BlobTicket> UploadAsync(BlobRef blob, CancellationToken cancellationToken)
    {
        Require(blob);
        if (blob.Length > tickets.LargestUpload)
        {
            throw new HermesException($"The file has {blob.Length} bytes; the platform accepts at most {tickets.LargestUpload}.");
        }

        return tickets.Issue("PUT", blob, await store.RenewAsync(blob, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<BlobTicket> DownloadAsync(BlobRef blob, CancellationToken cancellationToken)
    {
        Require(blob);
        return await store.ExistsAsync(blob, cancellationToken)
            ? tickets.Issue("GET", blob, alreadyStored: true)
            : throw new HermesException($"Blob {blob.Sha256} is not in the store of site {store.Site}.");
    }

    private void Require(BlobRef blob)
    {
        if (!blob.IsWellFormed)
        {
            throw new HermesException("A blob reference needs a SHA-256 in lower-case hexadecimal digits and a length of 0 or more.");
        }

        if (blob.Site != store.Site || this.GetPrimaryKeyString() != store.Site)
        {
            throw new HermesException($"This platform keeps the blobs of site {store.Site}; {blob.Site} was asked for.");
        }
    }
}
