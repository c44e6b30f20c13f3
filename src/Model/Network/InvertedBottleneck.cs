using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>MBConv (docs/method.md, Hermes-M): four times as many channels, a convolution of each, a weight for each that the whole map decides, and back.</summary>
internal sealed class InvertedBottleneck : Module
{
    private const int Expansion = 4;

    public InvertedBottleneck(int channels, ParameterSource source)
        : base(nameof(InvertedBottleneck))
    {
        var hidden = Expansion * channels;
        Expand = source.Pointwise(channels, hidden);
        Depthwise = source.Depthwise(hidden);
        Squeeze = source.Pointwise(hidden, channels);
        SqueezeBias = source.LinearBias(hidden, channels);
        Excite = source.Pointwise(channels, hidden);
        ExciteBias = source.LinearBias(channels, hidden);
        Project = source.Pointwise(hidden, channels);
        register_parameter("expand", Expand);
        register_parameter("depthwise", Depthwise);
        register_parameter("squeeze", Squeeze);
        register_parameter("squeezeBias", SqueezeBias);
        register_parameter("excite", Excite);
        register_parameter("exciteBias", ExciteBias);
        register_parameter("project", Project);
    }

    public Parameter Expand { get; }

    public Parameter Depthwise { get; }

    public Parameter Squeeze { get; }

    public Parameter SqueezeBias { get; }

    public Parameter Excite { get; }

    public Parameter ExciteBias { get; }

    public Parameter Project { get; }

    /// <summary>[B, C, D, H, W] to the same shape; convolutions run in <paramref name="type"/>.</summary>
    public Tensor Forward(Tensor features, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var hidden = Convolution.Pointwise(NormalisedActivation.Apply(features, type), Expand);
        hidden = DepthwiseConvolution.Apply(NormalisedActivation.Apply(hidden, type), Depthwise);
        hidden = hidden.mul(Excitation(hidden));
        var projected = Convolution.Pointwise(NormalisedActivation.Apply(hidden, type, rectified: false), Project);
        return projected.Plus(features.to_type(type)).MoveToOuterDisposeScope();
    }

    /// <summary>A weight for every channel [B, 4C, 1, 1, 1], from the means of all.</summary>
    private Tensor Excitation(Tensor hidden)
    {
        var mean = hidden.mean([2, 3, 4], type: Squeeze.dtype);
        var squeezed = functional.relu(functional.linear(mean, Squeeze.flatten(1), SqueezeBias));
        var weight = functional.linear(squeezed, Excite.flatten(1), ExciteBias).sigmoid();
        return weight.to_type(hidden.dtype).view(hidden.shape[0], hidden.shape[1], 1, 1, 1);
    }
}
