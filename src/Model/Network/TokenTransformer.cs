using Hermes.Model.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>A transformer layer among tokens: self-attention, then a perceptron, each with its input normalised and added.</summary>
internal sealed class TokenTransformer : Module
{
    private readonly int _heads;

    public TokenTransformer(int channels, int heads, ParameterSource source)
        : base(nameof(TokenTransformer))
    {
        _heads = heads;
        AttentionNorm = new LayerNormalisation(channels, 1e-4, source);
        QueryKeyValue = source.Linear(channels, 3 * channels);
        Output = source.Linear(channels, channels);
        OutputBias = source.LinearBias(channels, channels);
        PerceptronNorm = new LayerNormalisation(channels, 1e-4, source);
        Perceptron = new Perceptron(channels, channels, channels, source);
        register_module("attentionNorm", AttentionNorm);
        register_parameter("queryKeyValue", QueryKeyValue);
        register_parameter("output", Output);
        register_parameter("outputBias", OutputBias);
        register_module("perceptronNorm", PerceptronNorm);
        register_module("perceptron", Perceptron);
    }

    public LayerNormalisation AttentionNorm { get; }

    public Parameter QueryKeyValue { get; }

    public Parameter Output { get; }

    public Parameter OutputBias { get; }

    public LayerNormalisation PerceptronNorm { get; }

    public Perceptron Perceptron { get; }

    /// <summary>[B, N, C] to the same shape.</summary>
    public Tensor Forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        tokens = tokens.Plus(Attend(AttentionNorm.Forward(tokens)));
        return tokens.Plus(Perceptron.Forward(PerceptronNorm.Forward(tokens))).MoveToOuterDisposeScope();
    }

    private Tensor Attend(Tensor tokens)
    {
        // Channel = head * d + index.
        var parts = functional.linear(tokens, QueryKeyValue).unflatten(2, [3, _heads, -1]).permute(2, 0, 3, 1, 4).unbind(0);
        var gathered = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return functional.linear(gathered.transpose(1, 2).flatten(2), Output, OutputBias);
    }
}
