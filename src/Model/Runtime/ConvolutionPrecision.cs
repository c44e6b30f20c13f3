using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>The number format convolutions run in.</summary>
public enum ConvolutionPrecision
{
    /// <summary>Float32 throughout.</summary>
    Full,

    /// <summary>Bfloat16 feature maps and convolutions, where libtorch computes them rightly; sums and statistics in float32.</summary>
    Mixed,
}

/// <summary>Decides the number format per map.</summary>
internal static class ConvolutionPrecisionRules
{
    /// <summary>
    /// The weight gradient of this libtorch's bfloat16 convolution is garbage on the CPU on a 2x2x2 map;
    /// maps with an axis below this many voxels run in float32.
    /// </summary>
    public const int SmallestBFloat16Axis = 3;

    /// <summary>The format to convolve a map [B, C, D, H, W] in.</summary>
    public static ScalarType For(this ConvolutionPrecision precision, Tensor map) =>
        precision == ConvolutionPrecision.Mixed && map.shape[2..].Min() >= SmallestBFloat16Axis ? ScalarType.BFloat16 : ScalarType.Float32;
}
