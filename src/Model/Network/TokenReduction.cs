using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Makes one semantic map of two on the way up.</summary>
internal sealed class TokenReduction : Module
{
    public TokenReduction(int from, int to, ParameterSource source)
        : base(nameof(TokenReduction))
    {
        Weight = source.Linear(from, to);
        register_parameter("weight", Weight);
    }

    public Parameter Weight { get; }

    /// <summary>[B, s, C] of below and [B, s, C'] of the skip to [B, s, to].</summary>
    public Tensor Forward(Tensor below, Tensor skip)
    {
        using var scope = NewDisposeScope();
        return functional.linear(cat([below, skip], 2), Weight).MoveToOuterDisposeScope();
    }
}
