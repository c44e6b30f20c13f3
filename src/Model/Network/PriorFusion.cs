using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Prior fusion at one scale (docs/method.md, Prior fusion): a few blocks that exchange information between the feature map and the selected priors.</summary>
internal sealed class PriorFusion : Module
{
    public PriorFusion(int channels, int heads, int headDimension, int blocks, ParameterSource source)
        : base(nameof(PriorFusion))
    {
        Blocks = [.. Enumerable.Range(0, blocks).Select(_ => new FusionBlock(channels, heads, headDimension, source))];
        for (var i = 0; i < blocks; i++)
        {
            register_module($"blocks{i}", Blocks[i]);
        }
    }

    public IReadOnlyList<FusionBlock> Blocks { get; }

    /// <summary>[B, C, D, H, W] features and [B, n + l, C] priors; returns both, updated.</summary>
    public (Tensor Features, Tensor Posterior) Forward(Tensor features, Tensor priors, Tensor? visible)
    {
        using var scope = NewDisposeScope();
        var shape = features.shape;
        var image = features.flatten(2).transpose(1, 2).to_type(priors.dtype);
        foreach (var block in Blocks)
        {
            (image, priors) = block.Forward(image, priors, visible);
        }

        return (image.transpose(1, 2).view(shape).MoveToOuterDisposeScope(), priors.MoveToOuterDisposeScope());
    }
}
