namespace Hermes.Grains.Interfaces.Platform;

/// <summary>Folders that only the user who makes them may enter: they hold volumes of patients, or secrets.</summary>
public static class PrivateFolder
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder; one that is there stays as it is.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Own);
        }
    }

    /// <summary>What to say of a folder that every user of the machine can enter, because it and all folders above let them; null when they cannot.</summary>
    public static string? Warning(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if (!folder.Exists || (File.GetUnixFileMode(folder.FullName) & UnixFileMode.OtherExecute) == 0)
            {
                return null;
            }
        }

        return $"Every user of this machine can enter {path}, which holds the data of the platform. Take that from them: chmod 700 {path}";
    }
}
