using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>The transformer blocks of Hermes-M at one scale; the first changes the width.</summary>
internal sealed class TransformerStage : Module
{
    public TransformerStage(int from, int to, int heads, int blocks, bool isLast, ParameterSource source)
        : base(nameof(TransformerStage))
    {
        Blocks = [.. Enumerable.Range(0, blocks).Select(i => new TransformerBlock(i == 0 ? from : to, to, heads, projectsTokens: !isLast || i < blocks - 1, source))];
        for (var i = 0; i < blocks; i++)
        {
            register_module($"blocks{i}", Blocks[i]);
        }
    }

    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>[B, from, D, H, W] features, a semantic map [B, s, to] and priors [B, n + l, to]; returns all three, updated.</summary>
    public (Tensor Features, Tensor Map, Tensor Posterior) Forward(Tensor features, Tensor map, Tensor priors, Tensor? visible, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var tokens = cat([map, priors], 1);
        foreach (var block in Blocks)
        {
            (features, tokens) = block.Forward(features, tokens, visible, type);
        }

        (var own, var asked) = (map.shape[1], priors.shape[1]);
        return (features.MoveToOuterDisposeScope(), tokens.narrow(1, 0, own).MoveToOuterDisposeScope(), tokens.narrow(1, own, asked).MoveToOuterDisposeScope());
    }
}
