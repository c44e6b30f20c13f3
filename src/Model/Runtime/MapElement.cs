using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hermes.Model.Runtime;

/// <summary>How a feature map's numbers are read and written as float32; the compiler makes one kernel per kind.</summary>
internal unsafe interface IMapElement
{
    /// <summary>Bytes of a number.</summary>
    static abstract int Size { get; }

    /// <summary>Sixteen numbers from index <paramref name="index"/>.</summary>
    static abstract Vector512<float> Load(void* map, nint index);

    /// <summary>Stores sixteen numbers at index <paramref name="index"/>.</summary>
    static abstract void Store(void* map, nint index, Vector512<float> values);

    /// <summary>One number.</summary>
    static abstract float Get(void* map, nint index);

    /// <summary>Stores one number.</summary>
    static abstract void Set(void* map, nint index, float value);
}

/// <summary>Float32 numbers.</summary>
internal readonly unsafe struct Single32 : IMapElement
{
    public static int Size => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* map, nint index) => Vector512.Load((float*)map + index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* map, nint index, Vector512<float> values) => values.Store((float*)map + index);

    public static float Get(void* map, nint index) => ((float*)map)[index];

    public static void Set(void* map, nint index, float value) => ((float*)map)[index] = value;
}

/// <summary>Bfloat16 numbers: the upper half of a float32, rounded to nearest even.</summary>
internal readonly unsafe struct Brain16 : IMapElement
{
    public static int Size => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(void* map, nint index)
    {
        var halves = Vector256.Load((ushort*)map + index);
        // One instruction, where the portable way takes four.
        var bits = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(halves)
            : Vector512.Create(Vector256.WidenLower(halves), Vector256.WidenUpper(halves));
        return (bits << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(void* map, nint index, Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7FFFu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        var halves = Avx512F.IsSupported ? Avx512F.ConvertToVector256UInt16(rounded) : Vector256.Narrow(rounded.GetLower(), rounded.GetUpper());
        halves.Store((ushort*)map + index);
    }

    public static float Get(void* map, nint index) => BitConverter.UInt32BitsToSingle((uint)((ushort*)map)[index] << 16);

    public static void Set(void* map, nint index, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        ((ushort*)map)[index] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
