using System.Globalization;
using System.Runtime.InteropServices;

namespace Hermes.Hosting;

/// <summary>NVIDIA's management library, which comes with the driver. It is loaded for the life of the process.</summary>
internal sealed unsafe class Nvml
{
    private readonly delegate* unmanaged<uint*, int> _count;
    private readonly delegate* unmanaged<uint, nint*, int> _byNumber;
    private readonly delegate* unmanaged<byte*, nint*, int> _byUuid;
    private readonly delegate* unmanaged<nint, NvmlMemory*, int> _memory;
    private readonly delegate* unmanaged<nint, int*, int*, int> _capability;
    private readonly delegate* unmanaged<nint, byte*, uint, int> _name;

    private Nvml(nint library)
    {
        _count = (delegate* unmanaged<uint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetCount_v2");
        _byNumber = (delegate* unmanaged<uint, nint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetHandleByIndex_v2");
        _byUuid = (delegate* unmanaged<byte*, nint*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetHandleByUUID");
        _memory = (delegate* unmanaged<nint, NvmlMemory*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetMemoryInfo");
        _capability = (delegate* unmanaged<nint, int*, int*, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetCudaComputeCapability");
        _name = (delegate* unmanaged<nint, byte*, uint, int>)NativeLibrary.GetExport(library, "nvmlDeviceGetName");
    }

    /// <summary>Loads it; null where there is none, it is too old, or it finds no driver.</summary>
    public static Nvml? TryLoad(string library)
    {
        try
        {
            return NativeLibrary.TryLoad(library, out var loaded) && ((delegate* unmanaged<int>)NativeLibrary.GetExport(loaded, "nvmlInit_v2"))() == 0 ? new Nvml(loaded) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>How many cards there are.</summary>
    public int Count()
    {
        uint count;
        return _count(&count) == 0 ? (int)count : 0;
    }

    /// <summary>The memory of a card; null where there is no such card, or it does not tell.</summary>
    /// <param name="card">Its number in the order of the bus, or its UUID.</param>
    public NvmlMemory? Memory(string card)
    {
        nint handle;
        NvmlMemory memory;
        return Find(card, &handle) && _memory(handle, &memory) == 0 ? memory : null;
    }

    /// <summary>Which instructions a card has, such as 9.0; null where there is no such card, or it does not tell.</summary>
    /// <param name="card">Its number in the order of the bus, or its UUID.</param>
    public Version? Capability(string card)
    {
        nint handle;
        int major, minor;
        return Find(card, &handle) && _capability(handle, &major, &minor) == 0 ? new Version(major, minor) : null;
    }

    /// <summary>What a card is called by its maker; null where there is no such card, or it does not tell.</summary>
    /// <param name="card">Its number in the order of the bus, or its UUID.</param>
    public string? Name(string card)
    {
        const int Longest = 96;
        nint handle;
        var name = stackalloc byte[Longest];
        return Find(card, &handle) && _name(handle, name, Longest) == 0 ? Marshal.PtrToStringUTF8((nint)name) : null;
    }

    private bool Find(string card, nint* handle)
    {
        if (uint.TryParse(card, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return _byNumber(number, handle) == 0;
        }

        var uuid = Marshal.StringToCoTaskMemUTF8(card);
        try
        {
            return _byUuid((byte*)uuid, handle) == 0;
        }
        finally
        {
            Marshal.FreeCoTaskMem(uuid);
        }
    }
}

/// <summary>Bytes of a card's memory, as <c>nvmlMemory_t</c> holds them.</summary>
/// <param name="Total">All.</param>
/// <param name="Free">Those nobody uses.</param>
/// <param name="Used">Those somebody uses.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NvmlMemory(long Total, long Free, long Used);
