namespace Hermes.Grains.Interfaces.Blobs;

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
