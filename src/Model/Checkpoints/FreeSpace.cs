namespace Hermes.Model.Checkpoints;

/// <summary>Asks for room on a disk before a file is begun.</summary>
internal static class FreeSpace
{
    /// <summary>What stays free besides the file: a full disk breaks more than us.</summary>
    private const long Reserve = 16 << 20;

    public static void Require(string directory, long bytes, string file) =>
        Require(new DriveInfo(directory).AvailableFreeSpace, directory, bytes, file);

    /// <exception cref="IOException">There is no room.</exception>
    public static void Require(long available, string directory, long bytes, string file)
    {
        if (available - Reserve < bytes)
        {
            throw new IOException($"There is no room for '{file}': it needs {Mebibytes(bytes)} MiB and '{directory}' has {Mebibytes(available)} MiB free.");
        }
    }

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
