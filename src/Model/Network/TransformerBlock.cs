using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>A transformer block of Hermes-M (docs/method.md, Hermes-M): attention both ways, then convolutions of the map; tokens have no perceptron.</summary>
internal sealed class TransformerBlock : Module
{
    public TransformerBlock(int from, int to, int heads, bool projectsTokens, ParameterSource source)
        : base(nameof(TransformerBlock))
    {
        TokenNorm = new LayerNormalisation(to, 1e-5, source);
        Attention = new BidirectionalAttention(from, to, heads, projectsTokens, source);
        Shortcut = from == to ? null : source.Pointwise(from, to);
        Convolutions = new InvertedBottleneck(to, source);
        register_module("tokenNorm", TokenNorm);
        register_module("attention", Attention);
        if (Shortcut is not null)
        {
            register_parameter("shortcut", Shortcut);
        }

        register_module("convolutions", Convolutions);
    }

    public LayerNormalisation TokenNorm { get; }

    public BidirectionalAttention Attention { get; }

    public Parameter? Shortcut { get; }

    public InvertedBottleneck Convolutions { get; }

    /// <summary>[B, from, D, H, W] and [B, T, to] to [B, to, D, H, W] and [B, T, to].</summary>
    public (Tensor Features, Tensor Tokens) Forward(Tensor features, Tensor tokens, Tensor? visible, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var normalised = NormalisedActivation.Apply(features, type, NormalisedActivation.FrameworkEpsilon, rectified: false);
        (var gathered, var told) = Attention.Forward(normalised, TokenNorm.Forward(tokens), visible);
        var carried = Shortcut is null ? features.to_type(type) : Convolution.Pointwise(NormalisedActivation.Apply(features, type), Shortcut);
        return (Convolutions.Forward(gathered.Plus(carried), type).MoveToOuterDisposeScope(), told.Plus(tokens).MoveToOuterDisposeScope());
    }
}
