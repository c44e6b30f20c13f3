using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Hermes.Model.Network;

/// <summary>
/// Draws first values of parameters from one generator, so that the same seed gives the same network to the bit, wherever it is. Parameters are made where they
/// stay: <c>Module.to</c> would make others and leave the networks with the ones before, so it is banned.
/// </summary>
/// <param name="generator">A CPU generator; null leaves first values open, for parameters that are filled or only looked at.</param>
/// <param name="device">Where the parameters are to be.</param>
/// <param name="type">Float32, or float64 for comparisons.</param>
internal sealed class ParameterSource(Generator? generator, Device device, ScalarType type)
{
    /// <summary>A 3x3x3 convolution weight [out, in, 3, 3, 3], uniform within 1/sqrt(fan in).</summary>
    public Parameter Convolution(int from, int to) => Uniform(1 / Math.Sqrt(from * 27.0), to, from, 3, 3, 3);

    /// <summary>A 3x3x3 convolution weight [C, 1, 3, 3, 3] for every channel by itself, uniform within 1/sqrt(fan in).</summary>
    public Parameter Depthwise(int channels) => Uniform(1 / Math.Sqrt(27), channels, 1, 3, 3, 3);

    /// <summary>A 1x1x1 convolution weight [out, in, 1, 1, 1], uniform within 1/sqrt(fan in).</summary>
    public Parameter Pointwise(int from, int to) => Uniform(1 / Math.Sqrt(from), to, from, 1, 1, 1);

    /// <summary>A linear weight [out, in], uniform within 1/sqrt(fan in).</summary>
    public Parameter Linear(int from, int to) => Uniform(1 / Math.Sqrt(from), to, from);

    /// <summary>The bias of a linear layer with <paramref name="from"/> inputs.</summary>
    public Parameter LinearBias(int from, int to) => Uniform(1 / Math.Sqrt(from), to);

    /// <summary>A linear weight [out, in], Xavier uniform.</summary>
    public Parameter XavierLinear(int from, int to) => Uniform(Math.Sqrt(6.0 / (from + to)), to, from);

    /// <summary>Values uniform in [-bound, bound).</summary>
    public Parameter Uniform(double bound, params long[] shape)
    {
        using var scope = NewDisposeScope();
        if (generator is null)
        {
            return new Parameter(empty(shape, type, device).DetachFromDisposeScope());
        }

        // Held to the end: see KeptScalar.
        using Scalar width = 2 * bound, half = bound;
        var values = rand(shape, generator: generator).mul(width).sub(half).to(type, device);
        return new Parameter(values.DetachFromDisposeScope());
    }

    /// <summary>A constant.</summary>
    public Parameter Constant(double value, params long[] shape) => new(full(shape, value, type, device).DetachFromDisposeScope());
}
