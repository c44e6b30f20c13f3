using System.Security.Cryptography;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Blobs;

/// <summary>
/// Copies of blobs that lie far away, as files under their digest. Several processes share the folder: a copy comes into it whole by a rename, and
/// whoever has opened one reads on when another process removes it.
/// </summary>
/// <param name="folder">The folder; it may be deleted at any time.</param>
/// <param name="limit">How many bytes the copies may take; those not used for longest go first.</param>
/// <param name="clock">Says when a copy was used.</param>
internal sealed class LocalCopies(string folder, long limit, TimeProvider clock)
{
    /// <summary>The file of a blob with its bytes compared, made by <paramref name="open"/> where it is missing or damaged.</summary>
    /// <exception cref="HermesException">What was fetched is damaged, or the disk is full.</exception>
    public async Task<string> GetAsync(BlobRef blob, Func<Task<Stream>> open, CancellationToken cancellationToken)
    {
        var path = PathOf(blob);
        if (!await IsIntactAsync(path, blob, cancellationToken))
        {
            await FetchAsync(blob, open, path, cancellationToken);
            Trim();
        }

        return path;
    }

    /// <summary>Who asked for it has read it: it may give way. Whoever asks again makes it stay again.</summary>
    public void LetGo(BlobRef blob)
    {
        try
        {
            File.SetLastWriteTimeUtc(PathOf(blob), (clock.GetUtcNow() - IBlobStore.Stays).UtcDateTime);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It gave way already, or stays its hour.
        }
    }

    private string PathOf(BlobRef blob) => Path.Combine(folder, $"blob-{blob.Sha256}");

    private async Task<bool> IsIntactAsync(string path, BlobRef blob, CancellationToken cancellationToken)
    {
        try
        {
            // Before it is read, so that nobody removes it afterwards.
            File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime);
            await using var copy = Open(path);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(copy, cancellationToken)) == blob.Sha256;
        }
        catch (IOException lost) when (BlobDamage.Is(lost))
        {
            // Nothing is known of the blob by it.
            return false;
        }
    }

    private async Task FetchAsync(BlobRef blob, Func<Task<Stream>> open, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var part = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            await using (var stored = await open())
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await stored.CopyToAsync(file, FileBlobStore.BufferSize, cancellationToken);
            }

            await using (var copy = Open(part))
            {
                await copy.RequireIntactAsync(blob, cancellationToken);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (IOException full) when (DiskFull.Is(full))
        {
            throw DiskFull.Refusal($"a copy of {blob.Length} bytes is to be made below {folder}.");
        }
        finally
        {
            File.Delete(part);
        }
    }

    private void Trim()
    {
        try
        {
            var copies = new DirectoryInfo(folder).GetFiles("blob-*").Where(f => f.Extension != ".part").OrderBy(f => f.LastWriteTimeUtc).ToList();
            var total = copies.Sum(f => f.Length);
            foreach (var old in copies.Where(f => f.LastWriteTimeUtc <= (clock.GetUtcNow() - IBlobStore.Stays).UtcDateTime).TakeWhile(_ => total > limit))
            {
                total -= old.Length;
                old.Delete();
            }
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // Another process trims at the same time.
        }
    }

    private static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileBlobStore.BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
}
