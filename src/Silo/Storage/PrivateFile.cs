namespace Hermes.Silo.Storage;

/// <summary>Files that only the user of the silo may read.</summary>
internal static class PrivateFile
{
    /// <summary>Makes a file unless it is there.</summary>
    public static void Make(string path, Func<byte[]> content)
    {
        if (!File.Exists(path))
        {
            Write(path, content());
        }
    }

    /// <summary>Writes a file: beside, then renamed, so that there is never half a file.</summary>
    public static void Write(string path, byte[] content)
    {
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(beside, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
