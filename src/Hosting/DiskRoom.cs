using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>How much room the disk of a folder has.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Free">Bytes that this user may still write.</param>
/// <param name="Total">Bytes that it holds in all.</param>
public sealed record DiskRoom(string Folder, long Free, long Total)
{
    /// <summary>What to do about little room.</summary>
    public const string Advice = "Free some space: uploads, checkpoints and prepared cases need it. The folder cache in the data directory may be deleted at any time.";

    private const long LittleBytes = 5L << 30;
    private const long LeastBytes = 100L << 20;

    /// <summary>Whether large things may soon not fit.</summary>
    public bool IsLittle => Free < LittleBytes;

    /// <summary>Whether hardly anything fits.</summary>
    public bool IsNone => Free < LeastBytes;

    /// <summary>As it is told.</summary>
    public string Words => $"{Sizes.Gibibytes(Free)} of {Sizes.Gibibytes(Total)} free at {Folder}";

    /// <summary>That of the disk of a folder that is there.</summary>
    public static DiskRoom Of(string folder)
    {
        var disk = new DriveInfo(folder);
        return new DiskRoom(folder, disk.AvailableFreeSpace, disk.TotalSize);
    }
}
