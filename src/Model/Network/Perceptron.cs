using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Linear, GELU (exact), Linear.</summary>
internal sealed class Perceptron : Module
{
    public Perceptron(int from, int hidden, int to, ParameterSource source, bool xavier = false)
        : base(nameof(Perceptron))
    {
        Weight1 = xavier ? source.XavierLinear(from, hidden) : source.Linear(from, hidden);
        Bias1 = xavier ? source.Constant(0, hidden) : source.LinearBias(from, hidden);
        Weight2 = xavier ? source.XavierLinear(hidden, to) : source.Linear(hidden, to);
        Bias2 = xavier ? source.Constant(0, to) : source.LinearBias(hidden, to);
        register_parameter("weight1", Weight1);
        register_parameter("bias1", Bias1);
        register_parameter("weight2", Weight2);
        register_parameter("bias2", Bias2);
    }

    public Parameter Weight1 { get; }

    public Parameter Bias1 { get; }

    public Parameter Weight2 { get; }

    public Parameter Bias2 { get; }

    public Tensor Forward(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var hidden = functional.gelu(functional.linear(tokens, Weight1, Bias1));
        return functional.linear(hidden, Weight2, Bias2).MoveToOuterDisposeScope();
    }
}
