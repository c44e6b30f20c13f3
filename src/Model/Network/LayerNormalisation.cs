using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>LayerNorm over the last axis with a learned scale and shift.</summary>
internal sealed class LayerNormalisation : Module
{
    private readonly double _epsilon;

    public LayerNormalisation(int channels, double epsilon, ParameterSource source)
        : base(nameof(LayerNormalisation))
    {
        _epsilon = epsilon;
        Weight = source.Constant(1, channels);
        Bias = source.Constant(0, channels);
        register_parameter("weight", Weight);
        register_parameter("bias", Bias);
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public Tensor Forward(Tensor tokens) => functional.layer_norm(tokens, [Weight.shape[0]], Weight, Bias, _epsilon);
}
