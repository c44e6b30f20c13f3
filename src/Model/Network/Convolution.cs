using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>3x3x3 convolution with padding 1 and no bias.</summary>
internal static class Convolution
{
    /// <summary>[B, from, D, H, W] to [B, to, D, H, W], channels last, in the number format of <paramref name="map"/>; the weight stays float32.</summary>
    public static Tensor Apply(Tensor map, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var result = functional.conv3d(MemoryLayout.ChannelsLast(map), weight.to_type(map.dtype), padding: [1, 1, 1]);
        return MemoryLayout.ChannelsLast(result).MoveToOuterDisposeScope();
    }
}
