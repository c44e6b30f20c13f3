using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>The auxiliary head (docs/method.md, Heads): which modality the posterior modality tokens speak of.</summary>
internal sealed class ModalityClassifier : Module
{
    private readonly int _tokens;

    public ModalityClassifier(int posterior, int tokens, int modalities, ParameterSource source)
        : base(nameof(ModalityClassifier))
    {
        _tokens = tokens;
        Norm = new LayerNormalisation(posterior, 1e-5, source);
        Weight1 = source.Linear(posterior, posterior);
        Bias1 = source.LinearBias(posterior, posterior);
        Weight2 = new PriorTable("ModalityRows", source.Linear(posterior, modalities + 1));
        Bias2 = new PriorTable("ModalityBiases", source.LinearBias(posterior, modalities + 1));
        register_module("norm", Norm);
        register_parameter("weight1", Weight1);
        register_parameter("bias1", Bias1);
        register_module("weight2", Weight2);
        register_module("bias2", Bias2);
    }

    public LayerNormalisation Norm { get; }

    public Parameter Weight1 { get; }

    public Parameter Bias1 { get; }

    public PriorTable Weight2 { get; }

    public PriorTable Bias2 { get; }

    /// <summary>Five [B, n + l, C] posteriors give logits [B, M + 1].</summary>
    public Tensor Forward(IReadOnlyList<Tensor> posteriors, int tasks)
    {
        using var scope = NewDisposeScope();
        var tokens = cat([.. posteriors.Select(posterior => posterior.narrow(1, tasks, _tokens))], 2);
        var mean = Norm.Forward(tokens).mean([1]);
        var hidden = functional.gelu(functional.linear(mean, Weight1, Bias1));
        return functional.linear(hidden, Weight2.Stacked(), Bias2.Stacked()).MoveToOuterDisposeScope();
    }
}
