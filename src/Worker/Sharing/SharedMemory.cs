using System.ComponentModel;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Hermes.Model.Training;
using Microsoft.Win32.SafeHandles;

namespace Hermes.Worker.Sharing;

/// <summary>
/// Memory of one process that others of the same user map, too. It has no name in any file system and goes with the last process that has it, so one that is killed leaves nothing.
/// </summary>
internal sealed partial class SharedMemory : IDisposable
{
    private const uint CloseOnExec = 1;

    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;

    private unsafe SharedMemory(SafeFileHandle file, SharedSizes sizes)
    {
        _file = file;
        _map = MemoryMappedFile.CreateFromFile(file, mapName: null, sizes.Bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, sizes.Bytes);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Step = new SharedStep((nint)start, sizes);
    }

    /// <summary>What lies in it.</summary>
    public SharedStep Step { get; }

    /// <summary>Its number among the open files of this process.</summary>
    public int Number => (int)_file.DangerousGetHandle();

    /// <summary>Makes one, all zeros.</summary>
    /// <exception cref="IOException">The system has none for it.</exception>
    public static SharedMemory Create(SharedSizes sizes)
    {
        var file = MemoryFile("hermes gradients", CloseOnExec);
        if (file.IsInvalid)
        {
            file.Dispose();
            throw new IOException($"No memory can be had that devices share: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
        }

        try
        {
            RandomAccess.SetLength(file, sizes.Bytes);
            return new SharedMemory(file, sizes);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Maps one of another process.</summary>
    /// <exception cref="IOException">It cannot be opened, or is smaller than it has to be.</exception>
    public static SharedMemory Open(int process, int number, SharedSizes sizes)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd/{number}");
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            return RandomAccess.GetLength(file) == sizes.Bytes ? new SharedMemory(file, sizes)
                : throw new IOException($"The memory that devices share has {RandomAccess.GetLength(file)} bytes instead of {sizes.Bytes}.");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle MemoryFile(string name, uint flags);
}
