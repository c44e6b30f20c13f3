using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Hermes.Model.Runtime;

/// <summary>What kind of processor this is, by its own word. Another kind may round otherwise, in the last bits.</summary>
internal static class ProcessorKind
{
    // Leaves of the CPUID instruction: how many there are of this sort, and the last of three that hold the name.
    private const uint Names = 0x80000000;
    private const uint LastName = 0x80000004;

    /// <summary>The twelve letters of its maker; empty where the processor has no CPUID instruction.</summary>
    public static string Vendor { get; } = X86Base.IsSupported && CpuId(0) is var (_, ebx, ecx, edx) ? Text(ebx, edx, ecx) : "";

    /// <summary>Its name; that of its architecture where it has none.</summary>
    public static string Name { get; } = X86Base.IsSupported && (uint)CpuId(Names).Eax >= LastName
        ? string.Concat(new[] { LastName - 2, LastName - 1, LastName }.Select(Letters)).Trim('\0', ' ')
        : RuntimeInformation.ProcessArchitecture.ToString();

    private static (int Eax, int Ebx, int Ecx, int Edx) CpuId(uint leaf) => X86Base.CpuId(unchecked((int)leaf), 0);

    private static string Letters(uint leaf)
    {
        var (eax, ebx, ecx, edx) = CpuId(leaf);
        return Text(eax, ebx, ecx, edx);
    }

    private static string Text(params ReadOnlySpan<int> registers) => Encoding.ASCII.GetString(MemoryMarshal.AsBytes(registers));
}
