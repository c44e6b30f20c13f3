using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Convolutions without bias, on channels-last maps and in their number format; weights stay float32.</summary>
internal static class Convolution
{
    /// <summary>3x3x3 with padding 1: [B, from, D, H, W] to [B, to, D, H, W].</summary>
    public static Tensor Apply(Tensor map, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var result = functional.conv3d(MemoryLayout.ChannelsLast(map), weight.to_type(map.dtype), padding: [1, 1, 1]);
        return MemoryLayout.ChannelsLast(result).MoveToOuterDisposeScope();
    }

    /// <summary>1x1x1: [B, from, D, H, W] to [B, to, D, H, W].</summary>
    /// <param name="map">The map.</param>
    /// <param name="weight">[to, from, 1, 1, 1].</param>
    public static Tensor Pointwise(Tensor map, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var voxels = MemoryLayout.ChannelsLast(map).permute(0, 2, 3, 4, 1);
        return functional.linear(voxels, weight.to_type(map.dtype).flatten(1)).permute(0, 4, 1, 2, 3).MoveToOuterDisposeScope();
    }
}
