using System.Globalization;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Silo.Backup;

/// <summary>
/// A folder of backups: <c>snapshots/</c> with one folder each, and <c>blobs/</c>, which they share. A snapshot under way is in <c>unfinished/</c> and is moved to the
/// others as the last thing.
/// </summary>
internal sealed class BackupFolder
{
    private const string LockName = "backup.lock";

    private readonly string _path;

    private BackupFolder(string path, Func<long>? freeBytes)
    {
        _path = path;
        Blobs = new FileBlobStore(Path.Combine(path, "blobs"), freeBytes: freeBytes);
    }

    /// <summary>The blobs of all snapshots.</summary>
    public FileBlobStore Blobs { get; }

    private string Snapshots => Path.Combine(_path, "snapshots");

    private string Unfinished => Path.Combine(_path, "unfinished");

    /// <summary>Makes the folder, for this user alone, unless it is there.</summary>
    /// <param name="path">Where.</param>
    /// <param name="freeBytes">How much room is left; asks the file system when null.</param>
    /// <exception cref="HermesException">It holds something else.</exception>
    public static BackupFolder Make(string path, Func<long>? freeBytes = null)
    {
        var full = Path.GetFullPath(path);
        PrivateFolder.Make(full);
        if (!IsOurs(full) && Directory.EnumerateFileSystemEntries(full).Select(entry => Path.GetFileName(entry)).FirstOrDefault(entry => entry != "lost+found") is { } other)
        {
            throw new HermesException($"The folder {full} holds something else than backups: {other}.", full, "Choose a new or empty folder.");
        }

        Directory.CreateDirectory(Path.Combine(full, "snapshots"));
        return new BackupFolder(full, freeBytes);
    }

    /// <summary>Opens a folder that holds backups.</summary>
    /// <exception cref="HermesException">It holds none.</exception>
    public static BackupFolder Open(string path)
    {
        var full = Path.GetFullPath(path);
        return IsOurs(full) ? new BackupFolder(full, freeBytes: null) : throw new HermesException(
            $"There are no backups in {full}{(Directory.Exists(full) ? ": it has no folder 'snapshots'" : ", which does not exist")}.", full, "Name the folder that the backup was made in.");
    }

    /// <summary>All snapshots, oldest first.</summary>
    public IReadOnlyList<Snapshot> All() => [.. Directory.EnumerateDirectories(Snapshots).Order(StringComparer.Ordinal).Select(folder => new Snapshot(folder))];

    /// <summary>A snapshot.</summary>
    /// <param name="name">Its name; null for the newest.</param>
    /// <exception cref="HermesException">There is none of the name, or none at all.</exception>
    public Snapshot Find(string? name)
    {
        var all = All();
        return (name is null ? (all.Count > 0 ? all[^1] : null) : all.FirstOrDefault(s => s.Name == name)) ?? throw new HermesException(
            all.Count == 0 ? $"There is no finished snapshot in {_path}." : $"There is no snapshot '{name}' in {_path}; there are {string.Join(", ", all.Select(s => s.Name))}.", _path);
    }

    /// <summary>Keeps a second backup out of the folder until disposed, and however this process ends.</summary>
    /// <exception cref="HermesException">One is being made.</exception>
    public IDisposable Take()
    {
        try
        {
            return new FileStream(Path.Combine(_path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(Path.Combine(_path, LockName)))
        {
            throw new HermesException($"Another backup into {_path} is under way.", _path, "Wait until it has ended.");
        }
    }

    /// <summary>Begins a snapshot; what is left of one that broke off is removed, without its blobs.</summary>
    public Snapshot Begin()
    {
        if (Directory.Exists(Unfinished))
        {
            Directory.Delete(Unfinished, recursive: true);
        }

        return new Snapshot(Directory.CreateDirectory(Unfinished).FullName);
    }

    /// <summary>Makes the snapshot that was begun one of the others.</summary>
    public Snapshot End(Snapshot begun, Manifest manifest)
    {
        begun.Seal(manifest);
        var finished = Path.Combine(Snapshots, manifest.Made.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture));
        Directory.Move(Unfinished, finished);
        DirectorySync.Flush(Snapshots);
        return new Snapshot(finished);
    }

    /// <summary>Removes the blobs that no snapshot names, as those of snapshots that were deleted; none, where it cannot be known what a snapshot names.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var snapshot in All())
        {
            if (!IsListed(snapshot))
            {
                return;
            }

            named.UnionWith(SealedLines.Read<BlobRow>(snapshot.BlobsFile).Select(row => row.Blob.Sha256));
        }

        await foreach (var stray in Blobs.ListAsync(cancellationToken: cancellationToken).Where(blob => !named.Contains(blob.Sha256)))
        {
            await Blobs.CollectAsync(stray, DateTimeOffset.MaxValue, cancellationToken);
        }
    }

    private static bool IsListed(Snapshot snapshot)
    {
        try
        {
            return snapshot.ListProblems(snapshot.ReadManifest()).Count == 0;
        }
        catch (HermesException)
        {
            // Its check says why.
            return false;
        }
    }

    private static bool IsOurs(string path) => Directory.Exists(Path.Combine(path, "snapshots"));
}
