using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Silo.Backup;

/// <summary>A blob of a snapshot.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Owners">Who refers to it.</param>
internal sealed record BlobRow(BlobRef Blob, IReadOnlyList<string> Owners)
{
    /// <summary>The blob, as people call it.</summary>
    public string Describe() => $"The blob {Blob.Sha256} of {string.Join(", ", Owners)}";
}
