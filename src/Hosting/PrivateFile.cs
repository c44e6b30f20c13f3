namespace Hermes.Hosting;

/// <summary>Files that only the user who makes them may read.</summary>
public static class PrivateFile
{
    /// <summary>Makes a file unless it is there: written beside, then renamed, so that there is never half a file.</summary>
    public static void Make(string path, Func<byte[]> content)
    {
        if (File.Exists(path))
        {
            return;
        }

        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(beside, options))
        {
            file.Write(content());
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path);
    }
}
