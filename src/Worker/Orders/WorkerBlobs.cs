using System.Security.Cryptography;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Imaging.Packages;
using Hermes.Imaging.Volumes.Formats;

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
    /// <exception cref="HermesException">The store does not hold it, its bytes were damaged, or they cannot be read now.</exception>
    public T Read<T>(BlobRef blob, Func<string, T> read)
    {
        try
        {
            return TryRead(blob, read, out var found) || TryRead(blob, read, out found) ? found! : throw new IOException("Its copy gave way twice.");
        }
        catch (IOException error) when (error is not VolumeFormatException && !BlobDamage.Is(error) && !DiskFull.Is(error))
        {
            throw new HermesException($"Blob {blob.Sha256} cannot be read now: {error.Message}", hint: "Check the disk, and how many files a process may open.") { IsPassing = true };
        }
    }

    /// <summary>Reads a JSON blob.</summary>
    public T FetchJson<T>(BlobRef blob) => store.GetJsonAsync<T>(blob).GetAwaiter().GetResult();

    /// <summary>Stores what <paramref name="write"/> writes to the file it is given.</summary>
    /// <param name="mediaType">What the bytes are.</param>
    /// <param name="extension">How the file's name ends, for writers that look at it.</param>
    /// <param name="write">Writes the file; it may be repeated.</param>
    public BlobRef Store(string mediaType, string extension, Action<string> write) => Store(mediaType, extension, path =>
    {
        write(path);
        using var stream = File.OpenRead(path);
        return new WrittenFile(path, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    });

    /// <summary>Stores what <paramref name="write"/> writes to the file it is given, whose digest it knows.</summary>
    /// <param name="mediaType">What the bytes are.</param>
    /// <param name="extension">How the file's name ends, for writers that look at it.</param>
    /// <param name="write">Writes the file; it may be repeated.</param>
    public BlobRef Store(string mediaType, string extension, Func<string, WrittenFile> write) => cache.WithRoom(() => StoreOnce(mediaType, extension, write));

    // Another worker may have let the copy go, and a third one needed its room, before it was opened here.
    private bool TryRead<T>(BlobRef blob, Func<string, T> read, out T? found)
    {
        var path = cache.WithRoom(() => store.FetchAsync(blob).GetAwaiter().GetResult());
        try
        {
            found = read(path);
            return true;
        }
        catch (FileNotFoundException) when (!File.Exists(path))
        {
            found = default;
            return false;
        }
        finally
        {
            store.LetGo(blob);
        }
    }

    private BlobRef StoreOnce(string mediaType, string extension, Func<string, WrittenFile> write)
    {
        Directory.CreateDirectory(temporary);
        var path = Path.Combine(temporary, Path.GetRandomFileName() + extension);
        try
        {
            var written = write(path);
            var blob = new BlobRef(store.Site, written.Sha256, written.Length, mediaType);
            store.PutFileAsync(blob, path).GetAwaiter().GetResult();
            return blob;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
