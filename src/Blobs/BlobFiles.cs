using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>Stores files.</summary>
public static class BlobFiles
{
    /// <summary>Stores a copy of the file at <paramref name="path"/>.</summary>
    /// <exception cref="HermesException">The bytes differ from what was announced, or the store is full; nothing is kept.</exception>
    public static async Task PutFileAsync(this IBlobStore store, BlobRef expected, string path, CancellationToken cancellationToken = default)
    {
        const FileOptions Forward = FileOptions.Asynchronous | FileOptions.SequentialScan;
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileBlobStore.BufferSize, Forward);
        await store.PutStreamAsync(expected, file, cancellationToken);
    }
}
