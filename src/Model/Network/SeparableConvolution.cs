using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>A 3x3x3 convolution of every channel by itself, then one of all channels in every voxel by itself.</summary>
internal sealed class SeparableConvolution : Module
{
    public SeparableConvolution(int from, int to, ParameterSource source)
        : base(nameof(SeparableConvolution))
    {
        Depthwise = source.Depthwise(from);
        Pointwise = source.Pointwise(from, to);
        register_parameter("depthwise", Depthwise);
        register_parameter("pointwise", Pointwise);
    }

    public Parameter Depthwise { get; }

    public Parameter Pointwise { get; }

    /// <summary>[B, from, D, H, W] to [B, to, D, H, W].</summary>
    public Tensor Forward(Tensor map)
    {
        using var scope = NewDisposeScope();
        return Convolution.Pointwise(DepthwiseConvolution.Apply(map, Depthwise), Pointwise).MoveToOuterDisposeScope();
    }
}
