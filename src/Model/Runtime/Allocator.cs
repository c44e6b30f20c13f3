using System.Runtime.InteropServices;

namespace Hermes.Model.Runtime;

/// <summary>
/// Keeps glibc from giving memory back between steps. Feature maps are large; by default each is a fresh mapping whose pages
/// the kernel must zero at first touch, which costs a fifth of a step.
/// </summary>
internal static partial class Allocator
{
    private const int TrimThreshold = -1;
    private const int MappingCount = -4;
    private const int ArenaCount = -8;

    /// <summary>No memory mappings, no trimming, one arena. Returns whether the C library took all three.</summary>
    public static bool KeepMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            return (Option(MappingCount, 0) & Option(TrimThreshold, int.MaxValue) & Option(ArenaCount, 1)) == 1;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library (musl): slower, not wrong.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Option(int parameter, int value);
}
