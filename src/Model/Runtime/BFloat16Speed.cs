using System.Runtime.Intrinsics.X86;

namespace Hermes.Model.Runtime;

/// <summary>
/// Tells from the processor's identity whether bfloat16 convolutions are worth it, where that was measured by us: the same processor kind must always choose the
/// same, or the same seed would not give the same bits. Of others <see cref="Calibration"/> finds out.
/// </summary>
internal static class BFloat16Speed
{
    /// <summary>
    /// Whether bfloat16 convolutions are faster than float32 ones. They are with matrix tiles (AMX) and on AMD's AVX-512; without either libtorch converts back and
    /// forth. Null of AVX-512 by others: one of Intel's took 1.8 times as long at base 8 as float32 does, which says little about another.
    /// </summary>
    public static bool? PaysOff { get; } = !X86Base.IsSupported ? false : Decide(ProcessorKind.Vendor, X86Base.CpuId(7, 0).Edx, X86Base.CpuId(7, 1).Eax);

    /// <summary>The rule on what the CPUID instruction answers.</summary>
    /// <param name="vendor">The twelve letters of leaf 0.</param>
    /// <param name="leaf7Edx">EDX of leaf 7, subleaf 0; bit 22 stands for AMX-BF16.</param>
    /// <param name="leaf7Sub1Eax">EAX of leaf 7, subleaf 1; bit 5 stands for AVX512-BF16.</param>
    public static bool? Decide(string vendor, int leaf7Edx, int leaf7Sub1Eax)
    {
        var tiles = (leaf7Edx & 1 << 22) != 0;
        var vectors = (leaf7Sub1Eax & 1 << 5) != 0;
        return !tiles && vectors && vendor != "AuthenticAMD" ? null : tiles || vectors;
    }
}
