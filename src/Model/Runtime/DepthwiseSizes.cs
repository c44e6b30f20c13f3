using static TorchSharp.torch;

namespace Hermes.Model.Runtime;

/// <summary>Sizes of a channels-last map that is convolved channel by channel.</summary>
/// <param name="Samples">B.</param>
/// <param name="Channels">C.</param>
/// <param name="Depth">D.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
internal sealed record DepthwiseSizes(int Samples, int Channels, int Depth, int Height, int Width)
{
    /// <summary>Weights of a channel.</summary>
    public const int Taps = 27;

    /// <summary>Numbers of a row, of a plane and of a sample.</summary>
    public (nint Row, nint Plane, nint Sample) Strides
    {
        get
        {
            var row = (nint)Width * Channels;
            return (row, Height * row, Depth * Height * row);
        }
    }

    public static DepthwiseSizes Of(Tensor map)
    {
        var shape = map.shape;
        return new DepthwiseSizes(checked((int)shape[0]), checked((int)shape[1]), checked((int)shape[2]), checked((int)shape[3]), checked((int)shape[4]));
    }
}
