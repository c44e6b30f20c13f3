using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Makes a few tokens of a map (docs/method.md, Hermes-M): each is a mean of projected voxels, with weights that the map says itself.</summary>
internal sealed class SemanticMap : Module
{
    private readonly int _channels;

    public SemanticMap(int channels, int tokens, ParameterSource source)
        : base(nameof(SemanticMap))
    {
        _channels = channels;
        Base = source.Convolution(channels, channels);
        Weights = source.Convolution(channels, tokens);
        register_parameter("base", Base);
        register_parameter("weights", Weights);
    }

    public Parameter Base { get; }

    public Parameter Weights { get; }

    /// <summary>[B, C, D, H, W] to [B, s, C] in the number format of the weights; the convolutions run in <paramref name="type"/>.</summary>
    public Tensor Forward(Tensor features, ScalarType type)
    {
        using var scope = NewDisposeScope();
        // Both read the same map: one convolution does both.
        var voxels = Convolution.Apply(features.to_type(type), cat([Base, Weights], 0)).to_type(Base.dtype).flatten(2);
        var weights = voxels.narrow(1, _channels, Weights.shape[0]).softmax(2);
        return weights.bmm(voxels.narrow(1, 0, _channels).transpose(1, 2)).MoveToOuterDisposeScope();
    }
}
