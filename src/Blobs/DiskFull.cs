using Hermes.Grains.Interfaces;

namespace Hermes.Blobs;

/// <summary>Recognises and tells that a disk is full.</summary>
public static class DiskFull
{
    // What the systems call it: ENOSPC and EDQUOT of Linux, ENOSPC of others, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private const int NoSpace = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Whether <paramref name="error"/> says that a disk or a quota is full.</summary>
    public static bool Is(Exception error) => error.HResult is NoSpace or QuotaExceeded or WindowsHandleDiskFull or WindowsDiskFull;

    /// <summary>The sentence for the person who has to make room.</summary>
    /// <param name="sentence">What was to be written where, with the numbers that are known.</param>
    public static HermesException Refusal(string sentence) =>
        new($"The disk is full: {sentence}", hint: "Free some space, then repeat the command.") { HResult = NoSpace, IsPassing = true };
}
