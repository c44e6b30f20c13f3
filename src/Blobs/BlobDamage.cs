using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>
/// Recognises that a blob is missing or damaged. A store that does not answer, a disk without room for a copy, a network disk that is away and a process with too
/// many files open say nothing of the blob.
/// </summary>
public static class BlobDamage
{
    // What the systems call a place of a disk that cannot be read: EIO; ERROR_CRC of Windows.
    private const int Unreadable = 5;
    private const int WindowsUnreadable = unchecked((int)0x80070017);

    /// <summary>Whether <paramref name="error"/>, met in reading a blob, is its own.</summary>
    public static bool Is(Exception error) => error is
        HermesException { IsPassing: false } or InvalidDataException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException or
        IOException { HResult: Unreadable or WindowsUnreadable };
}
