using System.Collections.Frozen;
using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>
/// Recognises that a blob is missing or damaged. A store that does not answer, a disk without room for a copy, a network disk that is away and a process with too
/// many files open say nothing of the blob.
/// </summary>
public static class BlobDamage
{
    // What the systems call a disk or a file system that is broken: EIO, EBADMSG and EUCLEAN of Linux; of Windows ERROR_CRC, ERROR_SECTOR_NOT_FOUND, ERROR_READ_FAULT,
    // ERROR_IO_DEVICE, ERROR_FILE_CORRUPT and ERROR_DISK_CORRUPT.
    private static readonly FrozenSet<uint> Broken = FrozenSet.Create<uint>(5, 74, 117, 0x80070017, 0x8007001B, 0x8007001E, 0x8007045D, 0x80070570, 0x80070571);

    /// <summary>Whether <paramref name="error"/>, met in reading a blob, is its own.</summary>
    public static bool Is(Exception error) => error is
        HermesException { IsPassing: false } or InvalidDataException or EndOfStreamException or FileNotFoundException or DirectoryNotFoundException
        || (error is IOException && Broken.Contains(unchecked((uint)error.HResult)));
}
