using Hermes.Imaging.Configuration;
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

/// <summary>Decides the number format of a network, and per map.</summary>
public static class ConvolutionPrecisionRules
{
    /// <summary>The number format of a configuration's convolutions: what it asks for, as far as the runtime's self-test allows it.</summary>
    public static ConvolutionPrecision Precision(this TrainingConfiguration configuration, TorchRuntimeState? runtime) =>
        configuration.BFloat16 && runtime is not { Precision: ConvolutionPrecision.Full } ? ConvolutionPrecision.Mixed : ConvolutionPrecision.Full;

    /// <summary>
    /// The weight gradient of this libtorch's bfloat16 convolution is garbage on the CPU on a 2x2x2 map;
    /// maps with an axis below this many voxels run in float32.
    /// </summary>
    internal const int SmallestBFloat16Axis = 3;

    /// <summary>The format to convolve a map [B, C, D, H, W] in.</summary>
    internal static ScalarType For(this ConvolutionPrecision precision, Tensor map) =>
        precision == ConvolutionPrecision.Mixed && map.shape[2..].Min() >= SmallestBFloat16Axis ? ScalarType.BFloat16 : ScalarType.Float32;
}
