using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>
/// The memory order of feature maps: channels last, that is [B, D, H, W, C] in memory under the usual shape [B, C, D, H, W].
/// Convolutions must run in it, for speed and because this libtorch's channels-first convolutions read uninitialised memory
/// when a channel count is no multiple of 16 (24 to 8 channels at 32 cubed is wrong by 20 standard deviations).
/// </summary>
public static class MemoryLayout
{
    /// <summary>The same values [B, C, D, H, W] in channels-last order; copies only if they are not.</summary>
    public static Tensor ChannelsLast(Tensor map)
    {
        if (IsChannelsLast(map))
        {
            return map.alias();
        }

        using var scope = NewDisposeScope();
        return map.permute(0, 2, 3, 4, 1).contiguous().permute(0, 4, 1, 2, 3).MoveToOuterDisposeScope();
    }

    /// <summary>Whether the map is dense in channels-last order.</summary>
    public static bool IsChannelsLast(Tensor map)
    {
        (var shape, var strides) = (map.shape, map.stride());
        long expected = 1;
        foreach (var axis in (ReadOnlySpan<int>)[1, 4, 3, 2, 0])
        {
            // The stride of an axis of one voxel means nothing.
            if (shape[axis] != 1 && strides[axis] != expected)
            {
                return false;
            }

            expected *= shape[axis];
        }

        return true;
    }

    /// <summary>An uninitialised channels-last map [B, C, D, H, W].</summary>
    internal static Tensor Empty(long samples, long channels, long[] shape, ScalarType type)
    {
        using var memory = empty([samples, .. shape, channels], type);
        return memory.permute(0, 4, 1, 2, 3);
    }

    /// <summary>Address of a dense tensor's first number. The tensor must be kept alive.</summary>
    internal static unsafe byte* Pointer(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            var first = tensor.as_strided([1], [1]);
            return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
        }
    }
}
