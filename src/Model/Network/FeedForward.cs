using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>LayerNorm, then a perceptron four times as wide (FFN of docs/method.md, Prior fusion).</summary>
internal sealed class FeedForward : Module
{
    public FeedForward(int channels, ParameterSource source)
        : base(nameof(FeedForward))
    {
        Norm = new LayerNormalisation(channels, 1e-4, source);
        Perceptron = new Perceptron(channels, 4 * channels, channels, source);
        register_module("norm", Norm);
        register_module("perceptron", Perceptron);
    }

    public LayerNormalisation Norm { get; }

    public Perceptron Perceptron { get; }

    public Tensor Forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        return Perceptron.Forward(Norm.Forward(tokens)).MoveToOuterDisposeScope();
    }
}
