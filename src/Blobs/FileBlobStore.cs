using System.Text;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Blobs;

/// <summary>Blobs as files below one folder: <c>sha256/ab/cdef…</c>. Silo and workers of one machine share the folder.</summary>
public sealed class FileBlobStore : IBlobStore
{
    internal const int BufferSize = 1 << 20;

    // Room the database and the logs beside the blobs need to go on when the disk fills.
    private const long Spare = 64L << 20;

    private readonly string _owner;
    private readonly string _blobs;
    private readonly string _incoming;
    private readonly string _condemned;
    private readonly Func<long> _freeBytes;
    private readonly TimeProvider _clock;

    // What was announced and is not written yet.
    private long _underWay;

    /// <summary>Opens the store below <paramref name="directory"/>; makes nothing: where a disk is not mounted, the store is away.</summary>
    /// <param name="directory">The folder of all blobs.</param>
    /// <param name="site">The site whose blobs these are.</param>
    /// <param name="freeBytes">How much room is left; asks the file system when null.</param>
    /// <param name="clock">The time of a renewal; the system's when null.</param>
    public FileBlobStore(string directory, string site = Names.DefaultSite, Func<long>? freeBytes = null, TimeProvider? clock = null)
    {
        var root = Path.GetFullPath(directory);
        Site = site;
        Place = root;
        _owner = Path.Combine(root, "platform");
        _blobs = Path.Combine(root, "sha256");
        _incoming = Path.Combine(root, "incoming");
        _condemned = Path.Combine(root, "condemned");
        _freeBytes = freeBytes ?? (() => new DriveInfo(root).AvailableFreeSpace);
        _clock = clock ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Site { get; }

    /// <inheritdoc/>
    public string Place { get; }

    /// <summary>The store of the platform that keeps everything below <paramref name="dataDirectory"/>.</summary>
    public static FileBlobStore OfPlatform(string dataDirectory, string site = Names.DefaultSite) =>
        new(Path.Combine(dataDirectory, "blobs"), site);

    /// <inheritdoc/>
    public async Task<string> ClaimAsync(string platform, bool takeOver = false, CancellationToken cancellationToken = default)
    {
        if (takeOver || !File.Exists(_owner))
        {
            PrivateFolder.Make(Place);
            var claim = $"{_owner}.{Guid.NewGuid():n}";
            try
            {
                await using (var file = new FileStream(claim, FileMode.CreateNew, FileAccess.Write))
                {
                    await file.WriteAsync(Encoding.ASCII.GetBytes(platform), cancellationToken);
                    file.Flush(flushToDisk: true);
                }

                File.Move(claim, _owner, takeOver);
            }
            catch (IOException) when (!takeOver && File.Exists(_owner))
            {
                // Another was faster.
            }
            finally
            {
                RemoveIfThere(claim);
            }
        }

        return (await OwnerAsync(cancellationToken))!;
    }

    /// <inheritdoc/>
    public async Task<string?> OwnerAsync(CancellationToken cancellationToken = default) =>
        File.Exists(_owner) ? (await File.ReadAllTextAsync(_owner, cancellationToken)).Trim() : null;

    /// <inheritdoc/>
    public Task<bool> IsMadeAsync(CancellationToken cancellationToken = default) => Task.FromResult(Directory.Exists(_blobs));

    /// <inheritdoc/>
    /// <remarks>Makes the folders, for this user alone. Removes what cut-off uploads left behind, and puts back what was about to be collected when a process ended.</remarks>
    public Task PrepareAsync(bool isShared = false, CancellationToken cancellationToken = default)
    {
        PrivateFolder.Make(Place);
        foreach (var folder in new[] { _blobs, _incoming, _condemned })
        {
            Directory.CreateDirectory(folder);
        }

        var before = isShared ? (TimeProvider.System.GetUtcNow() - IBlobStore.Abandoned).UtcDateTime : DateTime.MaxValue;
        foreach (var file in Directory.EnumerateFiles(_incoming).Where(f => File.GetLastWriteTimeUtc(f) < before))
        {
            File.Delete(file);
        }

        foreach (var file in Directory.EnumerateFiles(_condemned))
        {
            Restore(file);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task PutStreamAsync(BlobRef expected, Stream content, CancellationToken cancellationToken = default)
    {
        var target = PathOf(expected);
        // What comes may be what mends a damaged one.
        if (await RenewAsync(expected, cancellationToken) && await this.IsIntactAsync(expected, cancellationToken))
        {
            return;
        }

        var incoming = Path.Combine(_incoming, $"{expected.Sha256}.{Guid.NewGuid():n}.part");
        try
        {
            using var room = TakeRoom(expected.Length);
            await VerifiedFile.WriteAsync(expected, content, incoming, room.Written, cancellationToken);
            var folder = Path.GetDirectoryName(target)!;
            Directory.CreateDirectory(folder);
            File.Move(incoming, target, overwrite: true);
            DirectorySync.Flush(folder);
            DirectorySync.Flush(_blobs);
        }
        catch (IOException full) when (DiskFull.Is(full))
        {
            throw Full(expected.Length);
        }
        catch (IOException) when (!IsThere)
        {
            throw Vanished(_incoming);
        }
        finally
        {
            RemoveIfThere(incoming);
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(BlobRef blob, CancellationToken cancellationToken = default) => Task.FromResult<Stream>(Open(blob));

    /// <inheritdoc/>
    public Task<byte[]> ReadRangeAsync(BlobRef blob, long from, int count, CancellationToken cancellationToken = default) =>
        ReadAsync(blob, file => file.ReadRangeAsync(from, count, cancellationToken));

    /// <inheritdoc/>
    public async Task<byte[]> ReadVerifiedAsync(BlobRef blob, int limit = 256 << 20, CancellationToken cancellationToken = default)
    {
        BlobFailures.RequireAtMost(limit, blob);
        return await ReadAsync(blob, file => file.ReadAllAsync(blob, cancellationToken));
    }

    /// <inheritdoc/>
    public Task VerifyAsync(BlobRef blob, CancellationToken cancellationToken = default) => ReadAsync(blob, async file =>
    {
        await file.RequireIntactAsync(blob, cancellationToken);
        return true;
    });

    /// <summary>The blob itself: it stays while somebody refers to it.</summary>
    public async Task<string> FetchAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        await VerifyAsync(blob, cancellationToken);
        return PathOf(blob);
    }

    /// <summary>Nothing: there are no copies.</summary>
    public void LetGo(BlobRef blob)
    {
    }

    /// <summary>Where the blob lies; null when it is not here.</summary>
    public string? TryGetLocalPath(BlobRef blob) => Find(blob) is { Exists: true } file ? file.FullName : null;

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        var file = Find(blob);
        return Task.FromResult(file.Exists && file.Length == blob.Length);
    }

    /// <inheritdoc/>
    public async Task<bool> RenewAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        try
        {
            if (await ExistsAsync(blob, cancellationToken))
            {
                File.SetLastWriteTimeUtc(PathOf(blob), _clock.GetUtcNow().UtcDateTime);
                return true;
            }
        }
        catch (FileNotFoundException)
        {
            // It was collected in between.
        }

        return false;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredBlob> ListAsync(string prefix = "", string? afterSha256 = null, CancellationToken cancellationToken = default) =>
        List(prefix, afterSha256).ToAsyncEnumerable();

    /// <inheritdoc/>
    public Task<bool> CollectAsync(StoredBlob blob, DateTimeOffset before, CancellationToken cancellationToken = default) => Task.FromResult(Collect(blob, before));

    /// <inheritdoc/>
    public Task DeleteAsync(BlobRef blob, CancellationToken cancellationToken = default)
    {
        if (TryGetLocalPath(blob) is { } path)
        {
            File.Delete(path);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<Failure?> TroubleAsync(CancellationToken cancellationToken = default) => Task.FromResult(Trouble());

    private static void RemoveIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private IEnumerable<StoredBlob> List(string prefix, string? afterSha256)
    {
        // Before it is prepared, too: a copy may lack the empty folders.
        if (!Directory.Exists(_blobs))
        {
            throw Vanished(_blobs);
        }

        var (from, begin) = (Beginning(afterSha256 ?? ""), Beginning(prefix));
        foreach (var folder in new DirectoryInfo(_blobs).EnumerateDirectories($"{begin}*").Where(d => d.Name.Length == 2).OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            if (string.CompareOrdinal(folder.Name, from) < 0)
            {
                continue;
            }

            foreach (var file in folder.EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
            {
                var sha256 = folder.Name + file.Name;
                if (sha256.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(sha256, afterSha256) > 0 && file.Exists)
                {
                    yield return new StoredBlob(sha256, file.Length, file.LastWriteTimeUtc);
                }
            }
        }
    }

    private bool Collect(StoredBlob blob, DateTimeOffset before)
    {
        // Out of the way first: who renews it before that is seen here, who wants it after that finds it missing and puts it again.
        var condemned = Path.Combine(_condemned, blob.Sha256);
        try
        {
            File.Move(PathOf(blob.Sha256), condemned, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        if (File.GetLastWriteTimeUtc(condemned) >= before.UtcDateTime)
        {
            Restore(condemned);
            return false;
        }

        File.Delete(condemned);
        return true;
    }

    private Failure? Trouble()
    {
        if (!IsThere)
        {
            return Failure.Of(Vanished(_incoming));
        }

        return _freeBytes() < Spare
            ? Failure.Of(DiskFull.Refusal($"{Mebibytes(Spare)} MiB must stay free below {_blobs}, {Mebibytes(_freeBytes())} MiB are free."))
            : null;
    }

    private async Task<T> ReadAsync<T>(BlobRef blob, Func<FileStream, Task<T>> read)
    {
        try
        {
            await using var file = Open(blob);
            return await read(file);
        }
        catch (IOException) when (!IsThere)
        {
            throw Vanished(_incoming);
        }
        catch (IOException error) when (BlobDamage.Is(error))
        {
            throw new HermesException(
                $"Blob {blob.Sha256} cannot be read: {error.Message}", hint: "Check what the store lies on, and bring the blob back from a copy of the store if there is one.").With(Remedy.CheckBlobs);
        }
        catch (IOException error)
        {
            throw new HermesException(
                $"Blob {blob.Sha256} cannot be read now: {error.Message}", hint: $"Check the disk, or the network share, that {Place} lies on, and how many files a process may open.") { IsPassing = true };
        }
    }

    private FileStream Open(BlobRef blob)
    {
        var file = Find(blob);
        if (!file.Exists)
        {
            throw BlobFailures.Missing(blob, Site);
        }

        BlobFailures.RequireLength(blob, file.Length);
        return new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize, FileOptions.Asynchronous);
    }

    // Of an empty place where a disk was mounted, nothing may be concluded about the blobs.
    private bool IsThere => Directory.Exists(_incoming);

    private void RequireThere()
    {
        if (!IsThere)
        {
            throw Vanished(_incoming);
        }
    }

    private FileInfo Find(BlobRef blob)
    {
        var file = new FileInfo(PathOf(blob));
        if (!file.Exists)
        {
            RequireThere();
        }

        return file;
    }

    private void Restore(string condemned)
    {
        var target = PathOf(Path.GetFileName(condemned));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            File.Move(condemned, target, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another silo that shares the folder put it back, or has just collected it.
        }
    }

    private string PathOf(string sha256) => Path.Combine(_blobs, sha256[..2], sha256[2..]);

    private string PathOf(BlobRef blob)
    {
        BlobFailures.RequireWellFormed(blob);
        return PathOf(blob.Sha256);
    }

    // The folder that a digest lies in, as far as its first digits are known.
    private static string Beginning(string digits) => digits[..Math.Min(2, digits.Length)];

    // Together with all others under way it must leave what stays free.
    private Room TakeRoom(long length)
    {
        var room = new Room(this, length);
        if (_freeBytes() - Interlocked.Read(ref _underWay) < Spare)
        {
            room.Dispose();
            throw Full(length);
        }

        return room;
    }

    private HermesException Full(long length) => DiskFull.Refusal(
        $"{Mebibytes(length)} MiB are to be stored below {_blobs} and {Mebibytes(Spare)} MiB must stay free, {Mebibytes(_freeBytes())} MiB are free.");

    private static HermesException Vanished(string folder) =>
        new($"The folder {folder} is gone; nothing can be read or stored.", hint: "Bring it back, for example by mounting its disk.") { IsPassing = true };

    private static string Mebibytes(long bytes) => ((bytes + (1 << 20) - 1) >> 20).ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The part of a blob under way that is not on the disk yet.</summary>
    private sealed class Room : IDisposable
    {
        private readonly FileBlobStore _store;
        private long _left;

        public Room(FileBlobStore store, long length)
        {
            (_store, _left) = (store, length);
            Interlocked.Add(ref store._underWay, length);
        }

        public void Written(int bytes)
        {
            _left -= bytes;
            Interlocked.Add(ref _store._underWay, -bytes);
        }

        public void Dispose() => Interlocked.Add(ref _store._underWay, -_left);
    }
}
