namespace Hermes.Grains.Interfaces.Platform;

/// <summary>
/// Files that hold a secret: one that every user of the machine may read or change is refused. Their group may read them, because that is how Kubernetes mounts secrets for
/// a user that is not root.
/// </summary>
public static class PrivateText
{
    /// <summary>What the file holds.</summary>
    /// <param name="file">The file.</param>
    /// <param name="holds">What that is, such as "a private key".</param>
    /// <exception cref="HermesException">Everybody may read or change it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static string Read(string file, string holds)
    {
        using var opened = new FileStream(file, FileMode.Open, FileAccess.Read);
        Require(opened, holds);
        using var reader = new StreamReader(opened);
        return reader.ReadToEnd();
    }

    /// <summary>Refuses a file that everybody may read or change; where a link was opened, what it leads to counts.</summary>
    /// <inheritdoc cref="Read"/>
    public static void Require(FileStream opened, string holds)
    {
        ArgumentNullException.ThrowIfNull(opened);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(opened.SafeFileHandle) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            throw new HermesException($"Every user of this machine may read or change {opened.Name}, which holds {holds}.", opened.Name, $"Take that from them: chmod 600 {opened.Name}");
        }
    }
}
