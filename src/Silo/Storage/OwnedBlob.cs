using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Storage;

/// <summary>A blob that is referred to, and who refers to it.</summary>
internal sealed record OwnedBlob(BlobRef Blob)
{
    public SortedSet<string> Owners { get; } = new(StringComparer.Ordinal);
}
