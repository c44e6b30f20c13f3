using System.Runtime.InteropServices;

namespace Hermes.Blobs;

/// <summary>Makes a rename survive a power cut; .NET can flush files but not the folders that name them.</summary>
public static class DirectorySync
{
    private const int ReadOnlyDirectory = 0x10000 | 0x80000; // O_DIRECTORY and O_CLOEXEC of Linux on x64

    /// <summary>Flushes what a folder names.</summary>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return;
        }

        var handle = Open(directory, ReadOnlyDirectory);
        if (handle >= 0)
        {
            // A file system that cannot flush folders (some network mounts) keeps its own promise; nothing better can be done here.
            _ = FlushHandle(handle);
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FlushHandle(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int handle);
}
