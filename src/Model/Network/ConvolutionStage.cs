using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Residual blocks at one resolution; the first changes the width.</summary>
internal sealed class ConvolutionStage : Module
{
    public ConvolutionStage(int from, int to, int blocks, ParameterSource source)
        : base(nameof(ConvolutionStage))
    {
        Blocks = [.. Enumerable.Range(0, blocks).Select(i => new ResidualBlock(i == 0 ? from : to, to, source))];
        for (var i = 0; i < blocks; i++)
        {
            register_module($"blocks{i}", Blocks[i]);
        }
    }

    public IReadOnlyList<ResidualBlock> Blocks { get; }

    /// <summary>[B, from, D, H, W] to [B, to, D, H, W]; convolutions run in <paramref name="type"/>.</summary>
    public Tensor Forward(Tensor features, ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var block in Blocks)
        {
            features = block.Forward(features, type);
        }

        return features.MoveToOuterDisposeScope();
    }
}
