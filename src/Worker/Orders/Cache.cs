using Hermes.Blobs;

namespace Hermes.Worker.Orders;

/// <summary>
/// What can be made again: prepared cases, and copies of blobs that lie far away. It gives way to what cannot. Several workers share the folder; whoever has a
/// file open reads on when it is removed.
/// </summary>
/// <param name="folder">The folder of all of it.</param>
/// <param name="clock">Says what was used of late.</param>
/// <param name="freeBytes">How much room is left; asks the file system when null.</param>
internal sealed class Cache(string folder, TimeProvider clock, Func<long>? freeBytes = null)
{
    private static readonly string[] MadeAgain = ["*.case", "blob-*"];

    private readonly Func<long> _freeBytes = freeBytes ?? (() => new DriveInfo(folder).AvailableFreeSpace);
    private readonly List<(string File, Func<bool> IsOpen)> _held = [];

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>
    /// Does something that needs room on the disk. As long as the disk is full and removing something makes room, the half that was not used for longest goes and
    /// it is done again.
    /// </summary>
    /// <param name="write">What is done; it may be repeated.</param>
    public T WithRoom<T>(Func<T> write)
    {
        while (true)
        {
            try
            {
                return write();
            }
            catch (Exception full) when (DiskFull.Is(full) && GiveWay())
            {
                // There is more room than before.
            }
        }
    }

    /// <summary>Something of it is used now.</summary>
    public void Use(string file) => File.SetLastWriteTimeUtc(file, clock.GetUtcNow().UtcDateTime);

    /// <summary>Something of it stays in use here, however long: removed, it would give no room before this process has closed it.</summary>
    public void Hold(string file, Func<bool> isOpen) => _held.Add((file, isOpen));

    // What others have open gives no room either, and is theirs to the end: nothing more is taken from them then.
    private bool GiveWay()
    {
        var files = Directory.Exists(folder) ? Unused() : [];
        if (files.Count == 0)
        {
            return false;
        }

        var before = _freeBytes();
        foreach (var file in files.Take((files.Count + 1) / 2))
        {
            file.Delete();
        }

        return _freeBytes() > before;
    }

    private List<FileInfo> Unused()
    {
        _held.RemoveAll(h => !h.IsOpen());
        var held = _held.Select(h => h.File).ToHashSet(StringComparer.Ordinal);
        var (root, now) = (new DirectoryInfo(folder), clock.GetUtcNow().UtcDateTime);
        return
        [
            .. MadeAgain.SelectMany(name => root.EnumerateFiles(name, SearchOption.AllDirectories))
                .Where(f => f.Extension != ".part" && f.LastWriteTimeUtc <= now - IBlobStore.Stays && !held.Contains(f.FullName))
                .Concat(root.EnumerateFiles("*.part", SearchOption.AllDirectories).Where(f => f.LastWriteTimeUtc < now - IBlobStore.Abandoned))
                .OrderBy(f => f.LastWriteTimeUtc),
        ];
    }
}
