using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hermes.Cli.Output;

/// <summary>What a path leads to in the end: links followed, hard links counted as the one file they are.</summary>
/// <param name="Device">The file system, major and minor number.</param>
/// <param name="Inode">The file in it.</param>
/// <param name="IsRegular">Whether it holds bytes on a disk: no folder, device, pipe or socket.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, bool IsRegular)
{
    // statx(2) has one layout on every processor, unlike stat(2).
    private const int CurrentDirectory = -100;
    private const uint TypeAndInode = 0x101;
    private const int KindMask = 0xF000;
    private const int RegularKind = 0x8000;

    /// <summary>Null when the path leads to nothing, or cannot be followed.</summary>
    public static FileIdentity? Of(string path)
    {
        var answer = new byte[256];
        if (Statx(CurrentDirectory, Path.GetFullPath(path), 0, TypeAndInode, answer) != 0)
        {
            return null;
        }

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(28));
        var inode = BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(32));
        var device = BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(136));
        return new FileIdentity(device, inode, (mode & KindMask) == RegularKind);
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(
        int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] answer);
}
