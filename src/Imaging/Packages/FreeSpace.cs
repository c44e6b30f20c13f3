namespace Hermes.Imaging.Packages;

/// <summary>Asks for room on a disk before a file is begun.</summary>
internal static class FreeSpace
{
    /// <summary>What stays free besides the file: a full disk breaks more than us.</summary>
    private const long Reserve = 16 << 20;

    /// <summary>ENOSPC: whoever tells a full disk by its number understands this one too.</summary>
    private const int NoSpace = 28;

    public static void Require(string directory, long bytes) => Require(new DriveInfo(directory).AvailableFreeSpace, directory, bytes);

    /// <exception cref="IOException">There is no room.</exception>
    public static void Require(long available, string directory, long bytes)
    {
        if (available - Reserve < bytes)
        {
            throw new IOException(
                $"{Mebibytes(bytes)} MiB are to be written to {directory} and {Mebibytes(Reserve)} MiB must stay free, {Mebibytes(available)} MiB are free.", NoSpace);
        }
    }

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
