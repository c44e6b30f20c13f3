using System.Security.Cryptography;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Worker.Orders;

/// <summary>
/// The blob store as the executing thread needs it: local files in, local files out, nothing awaited (tensor work stays on
/// one thread).
/// </summary>
/// <param name="store">The store.</param>
/// <param name="temporary">The folder of files under way, this worker's alone.</param>
/// <param name="cache">What gives way when the disk is full.</param>
internal sealed class WorkerBlobs(IBlobStore store, string temporary, Cache cache)
{
    /// <summary>Reads a local file with the verified bytes of a blob.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="read">Reads the file, or opens it: afterwards it may give way.</param>
    /// <exception cref="HermesException">The store does not hold it, or its bytes were damaged.</exception>
    public T Read<T>(BlobRef blob, Func<string, T> read)
    {
        var path = cache.WithRoom(() => store.FetchAsync(blob).GetAwaiter().GetResult());
        try
        {
            return read(path);
        }
        finally
        {
            store.LetGo(blob);
        }
    }

    /// <summary>Reads a JSON blob.</summary>
    public T FetchJson<T>(BlobRef blob) => store.GetJsonAsync<T>(blob).GetAwaiter().GetResult();

    /// <summary>Stores what <paramref name="write"/> writes to the file it is given.</summary>
    /// <param name="mediaType">What the bytes are.</param>
    /// <param name="extension">How the file's name ends, for writers that look at it.</param>
    /// <param name="write">Writes the file; it may be repeated.</param>
    public BlobRef Store(string mediaType, string extension, Action<string> write) => cache.WithRoom(() => StoreOnce(mediaType, extension, write));

    private BlobRef StoreOnce(string mediaType, string extension, Action<string> write)
    {
        Directory.CreateDirectory(temporary);
        var path = Path.Combine(temporary, Path.GetRandomFileName() + extension);
        try
        {
            write(path);
            BlobRef blob;
            using (var stream = File.OpenRead(path))
            {
                blob = new BlobRef(store.Site, Convert.ToHexStringLower(SHA256.HashData(stream)), stream.Length, mediaType);
            }

            store.PutFileAsync(blob, path).GetAwaiter().GetResult();
            return blob;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
