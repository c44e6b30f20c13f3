namespace Hermes.Grains.Blobs;

/// <summary>What the collector of a site's blobs stores.</summary>
public sealed record BlobCollectorRecord
{
    /// <summary>When the last removal began that came to its end; null before the first.</summary>
    public DateTimeOffset? Last { get; init; }
}
