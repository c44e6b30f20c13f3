using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// The mask head (docs/method.md, Heads): the posterior task tokens of all scales become one prototype per task;
/// a voxel's logit is its dot product with the full-resolution feature.
/// </summary>
internal sealed class PriorClassifier : Module
{
    public PriorClassifier(int posterior, int hidden, int channels, ParameterSource source)
        : base(nameof(PriorClassifier))
    {
        Norm = new LayerNormalisation(posterior, 1e-5, source);
        Projection = new Perceptron(posterior, posterior, channels, source, xavier: true);
        Refinement = new Perceptron(channels, hidden, channels, source, xavier: true);
        register_module("norm", Norm);
        register_module("projection", Projection);
        register_module("refinement", Refinement);
    }

    public LayerNormalisation Norm { get; }

    public Perceptron Projection { get; }

    public Perceptron Refinement { get; }

    /// <summary>[B, C, D, H, W] features and five [B, n + l, C] posteriors give logits [B, n, D, H, W].</summary>
    public Tensor Forward(Tensor features, IReadOnlyList<Tensor> posteriors, int tasks)
    {
        using var scope = NewDisposeScope();
        var prototypes = Prototypes(posteriors, tasks);
        var logits = prototypes.bmm(features.to_type(prototypes.dtype).flatten(2));
        return logits.view([logits.shape[0], tasks, .. features.shape[2..]]).MoveToOuterDisposeScope();
    }

    /// <summary>The prototypes [B, n, C] of five [B, n + l, C] posteriors.</summary>
    public Tensor Prototypes(IReadOnlyList<Tensor> posteriors, int tasks)
    {
        using var scope = NewDisposeScope();
        var tokens = cat([.. posteriors.Select(posterior => posterior.narrow(1, 0, tasks))], 2);
        return Refinement.Forward(Projection.Forward(Norm.Forward(tokens))).MoveToOuterDisposeScope();
    }
}
