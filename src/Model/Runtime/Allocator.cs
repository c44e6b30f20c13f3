using System.Runtime.InteropServices;

namespace Hermes.Model.Runtime;

/// <summary>
/// Keeps glibc from giving memory back between steps. Feature maps are large; by default each is a fresh mapping whose pages
/// the kernel must zero at first touch, which costs a fifth of a step.
/// </summary>
internal static partial class Allocator
{
    /// <summary>Bytes of a large block: the largest limit that glibc takes.</summary>
    public const int LargeBlock = 32 << 20;

    private const int TrimThreshold = -1;
    private const int MappingThreshold = -3;
    // Glibc's own number.
    private const int UsualMappings = 1 << 16;
    private static bool s_keeps;
    private const int MappingCount = -4;
    private const int ArenaCount = -8;

    /// <summary>
    /// The path of the library that allocates in place of the C library, because it was loaded before; null for the C library. Nothing is asked of it: it keeps memory by rules
    /// of its own, and what is set in the C library means nothing to it.
    /// </summary>
    public static string? Other { get; } = LoadedLibraries.All("lib").FirstOrDefault(path => Path.GetFileName(path).Contains("malloc", StringComparison.Ordinal));

    /// <summary>No memory mappings, no trimming, one arena. Returns whether memory is kept: the C library took all three, or there is another allocator.</summary>
    public static bool KeepMemory()
    {
        if (Other is not null)
        {
            return true;
        }

        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            s_keeps = (Option(MappingCount, 0) & Option(TrimThreshold, int.MaxValue) & Option(ArenaCount, 1)) == 1;
            return s_keeps;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another C library (musl): slower, not wrong.
            return false;
        }
    }

    /// <summary>
    /// Whether blocks of <see cref="LargeBlock"/> and more are kept as well, or given back when they are let go: where maps of different sizes follow each other,
    /// what is kept of one is in the way of the next, and a training takes a third more memory than it uses.
    /// </summary>
    /// <returns>Whether the C library took it; false where memory is not kept at all, or not by the C library.</returns>
    public static bool KeepLargeBlocks(bool keep) =>
        s_keeps && KeepMemory() && (keep || (Option(MappingThreshold, LargeBlock) & Option(MappingCount, UsualMappings)) == 1);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Option(int parameter, int value);
}
