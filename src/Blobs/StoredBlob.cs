namespace Hermes.Blobs;

/// <summary>A blob as it lies in a store.</summary>
/// <param name="Sha256">The digest it lies under.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Put">When it was last put or renewed.</param>
public sealed record StoredBlob(string Sha256, long Length, DateTimeOffset Put);
