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
        using var scope = NewDisposeScope();
        return map.permute(0, 2, 3, 4, 1).contiguous().permute(0, 4, 1, 2, 3).MoveToOuterDisposeScope();
    }

    /// <summary>Whether the map is dense in channels-last order.</summary>
    public static bool IsChannelsLast(Tensor map)
    {
        using Tensor permuted = map.permute(0, 2, 3, 4, 1);
        return permuted.is_contiguous();
    }
}
