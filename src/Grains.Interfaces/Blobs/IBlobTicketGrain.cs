namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>Hands out tickets for the blob endpoint of a site. Key: the site.</summary>
[Alias("hermes.IBlobTicketGrain")]
public interface IBlobTicketGrain : IGrainWithStringKey
{
    /// <summary>A ticket to send the bytes of <paramref name="blob"/>.</summary>
    /// <exception cref="HermesException">The reference is malformed or larger than the platform accepts.</exception>
    [Alias("UploadAsync")]
    Task<BlobTicket> UploadAsync(BlobRef blob, CancellationToken cancellationToken = default);

    /// <summary>A ticket to fetch the bytes of <paramref name="blob"/>.</summary>
    /// <exception cref="HermesException">The store does not hold it.</exception>
    [Alias("DownloadAsync")]
    Task<BlobTicket> DownloadAsync(BlobRef blob, CancellationToken cancellationToken = default);
}
