using Hermes.Blobs;

namespace Hermes.Worker.Orders;

/// <summary>
/// What can be made again: prepared cases, and copies of blobs that lie far away. It gives way to what cannot. Several workers share the folder; whoever has a
/// file open reads on when it is removed.
/// </summary>
/// <param name="folder">The folder of all of it.</param>
/// <param name="clock">Says what was used of late.</param>
internal sealed class Cache(string folder, TimeProvider clock)
{
    // Longer than it takes to open a file that was handed out.
    private static readonly TimeSpan InUse = TimeSpan.FromMinutes(1);

    private static readonly string[] MadeAgain = ["*.case", "blob-*"];

    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>
    /// Does something that needs room on the disk. As long as the disk is full and there is something to remove, the half that was not used for longest goes and
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

    private bool GiveWay()
    {
        var unused = (clock.GetUtcNow() - InUse).UtcDateTime;
        var files = Directory.Exists(folder)
            ? MadeAgain.SelectMany(name => new DirectoryInfo(folder).EnumerateFiles(name, SearchOption.AllDirectories))
                .Where(f => f.Extension != ".part" && f.LastWriteTimeUtc < unused).OrderBy(f => f.LastWriteTimeUtc).ToList()
            : [];
        foreach (var file in files.Take((files.Count + 1) / 2))
        {
            file.Delete();
        }

        return files.Count > 0;
    }
}
