using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// Residual block of pre-activation units (docs/method.md, Residual blocks): norm, ReLU, convolution, twice, plus the input,
/// which passes a unit of its own where the width changes.
/// </summary>
internal sealed class ResidualBlock : Module
{
    public ResidualBlock(int from, int to, ParameterSource source)
        : base(nameof(ResidualBlock))
    {
        Convolution1 = source.Convolution(from, to);
        Convolution2 = source.Convolution(to, to);
        Shortcut = from == to ? null : source.Convolution(from, to);
        register_parameter("convolution1", Convolution1);
        register_parameter("convolution2", Convolution2);
        if (Shortcut is not null)
        {
            register_parameter("shortcut", Shortcut);
        }
    }

    public Parameter Convolution1 { get; }

    public Parameter Convolution2 { get; }

    public Parameter? Shortcut { get; }

    /// <summary>[B, from, D, H, W] to [B, to, D, H, W]; convolutions run in <paramref name="type"/>.</summary>
    public Tensor Forward(Tensor features, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var normalised = NormalisedActivation.Apply(features, type);
        (var inner, var carried) = Shortcut is null
            ? (Convolution.Apply(normalised, Convolution1), features.to_type(type))
            : Both(normalised, Shortcut);
        var residual = Convolution.Apply(NormalisedActivation.Apply(inner, type), Convolution2);
        return residual.Plus(carried).MoveToOuterDisposeScope();
    }

    /// <summary>The block's first convolution and its shortcut read the same map: one convolution does both.</summary>
    private (Tensor Inner, Tensor Carried) Both(Tensor normalised, Tensor shortcut) =>
        SplitMap.Apply(Convolution.Apply(normalised, cat([Convolution1, shortcut], 0)));
}
