using Hermes.Grains.Interfaces.Access;

namespace Hermes.Grains.Interfaces.Blobs;

/// <summary>Hands out tickets for the blob endpoint of a site. Key: the site.</summary>
[Alias("hermes.IBlobTicketGrain")]
public interface IBlobTicketGrain : IGrainWithStringKey
{
    /// <summary>The most blobs that tickets are asked for at once.</summary>
    const int MostAtOnce = 256;

    /// <summary>Tickets to send the bytes of <paramref name="blobs"/>, in their order.</summary>
    /// <exception cref="HermesException">A reference is malformed or larger than the platform accepts, or there are more than <see cref="MostAtOnce"/>.</exception>
    [Alias("UploadAsync"), Needs(Role.Trainer)]
    Task<IReadOnlyList<BlobTicket>> UploadAsync(IReadOnlyList<BlobRef> blobs, CancellationToken cancellationToken = default);

    /// <summary>A ticket to fetch the bytes of <paramref name="blob"/>.</summary>
    /// <exception cref="HermesException">The store does not hold it.</exception>
    [Alias("DownloadAsync"), Needs(Role.Viewer)]
    Task<BlobTicket> DownloadAsync(BlobRef blob, CancellationToken cancellationToken = default);
}

/// <summary>A short-lived permission to move one blob over HTTP.</summary>
/// <param name="Blob">The blob it is for.</param>
/// <param name="Url">Where to <c>PUT</c> or <c>GET</c> it, ticket included.</param>
/// <param name="Expires">When the permission ends.</param>
/// <param name="AlreadyStored">For an upload: the store has these bytes; nothing needs to be sent.</param>
[GenerateSerializer, Immutable, Alias("hermes.BlobTicket")]
public sealed record BlobTicket(
    [property: Id(0)] BlobRef Blob,
    [property: Id(1)] Uri Url,
    [property: Id(2)] DateTimeOffset Expires,
    [property: Id(3)] bool AlreadyStored);
