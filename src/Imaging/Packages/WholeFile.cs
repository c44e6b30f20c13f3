namespace Hermes.Imaging.Packages;

/// <summary>Writes files that appear whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside a path, makes it durable, then renames it over whatever was there.</summary>
    /// <param name="path">The file to appear.</param>
    /// <param name="length">Bytes that there must be room for.</param>
    /// <param name="write">Writes it.</param>
    /// <returns>The whole path.</returns>
    /// <exception cref="IOException">The disk has no room; nothing was changed.</exception>
    public static string Write(string path, long length, Action<FileStream> write)
    {
        var full = Path.GetFullPath(path);
        FreeSpace.Require(Path.GetDirectoryName(full)!, length);
        var beside = $"{full}.part";
        var stream = new FileStream(beside, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 20);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, full, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }

        return full;
    }
}
