using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>What <see cref="TorchRuntime.Initialize"/> chose.</summary>
/// <param name="Device">Where tensors live.</param>
/// <param name="Precision">Number format for convolutions; give it to the network.</param>
/// <param name="Threads">Threads of one operation.</param>
/// <param name="Calibration">What was measured of the device, if its number format was chosen by that.</param>
public sealed record TorchRuntimeState(Device Device, ConvolutionPrecision Precision, int Threads, Calibration? Calibration = null)
{
    /// <summary>The path of the library that allocates memory in place of the C library; null for the C library.</summary>
    public string? Allocator { get; init; }
}
