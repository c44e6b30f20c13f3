using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>Hermes-R (docs/method.md, Hermes-R): a residual U-Net with a prior fusion behind each of its five coarse stages.</summary>
internal sealed class ResidualNetwork : HermesNetwork
{
    private readonly ConvolutionStage[] _down = new ConvolutionStage[4];
    private readonly PriorFusion[] _fuse = new PriorFusion[PriorPool.Scales];
    private readonly ConvolutionStage _up1;
    private readonly ConvolutionStage _up2;

    public ResidualNetwork(NetworkConfiguration configuration, PriorVocabulary vocabulary, ParameterSource source)
        : base(nameof(ResidualNetwork), configuration, vocabulary, source)
    {
        var width = configuration.Widths;
        var blocks = configuration.BlocksPerStage;
        _down[0] = new ConvolutionStage(width[0], width[1], blocks[0], source);
        _down[1] = new ConvolutionStage(width[1], width[2], blocks[1], source);
        _fuse[0] = Fusion(0, source);
        _down[2] = new ConvolutionStage(width[2], width[3], blocks[2], source);
        _fuse[1] = Fusion(1, source);
        _down[3] = new ConvolutionStage(width[3], width[4], blocks[3], source);
        _fuse[2] = Fusion(2, source);
        _up1 = new ConvolutionStage(width[4] + width[3], width[3], blocks[2], source);
        _fuse[3] = Fusion(3, source);
        _up2 = new ConvolutionStage(width[3] + width[2], width[2], blocks[1], source);
        _fuse[4] = Fusion(4, source);
        RegisterAll();
        DrawFineStages(source);
        DrawHeads(source);
    }

    internal IReadOnlyList<ConvolutionStage> Down => _down;

    internal IReadOnlyList<PriorFusion> Fusions => _fuse;

    internal ConvolutionStage Up1 => _up1;

    internal ConvolutionStage Up2 => _up2;

    internal override (Tensor Half, Tensor Quarter) Descend(Tensor full)
    {
        var half = Run(_down[0], Halve(full));
        return (half, Run(_down[1], Halve(half)));
    }

    internal override Tensor Fuse(EncodedImage encoded, PromptRows rows, Branch? branch, Tensor[] posterior)
    {
        Tensor Fused(int scale, Tensor map)
        {
            (map, posterior[scale]) = _fuse[scale].Forward(map, Priors.Select(scale, rows, branch), rows.Visible);
            return map;
        }

        var quarter = Fused(0, encoded.Quarter);
        var eighth = Fused(1, Run(_down[2], Halve(quarter)));
        var deepest = Fused(2, Run(_down[3], Halve(eighth)));
        var features = Fused(3, Run(_up1, Join(eighth, deepest)));
        return Fused(4, Run(_up2, Join(quarter, features)));
    }

    private protected override Tensor Join(Tensor skip, Tensor coarse) => UpsampledJoin.Apply(skip, coarse);

    private static Tensor Halve(Tensor features) => functional.max_pool3d(features, [2, 2, 2]);

    private PriorFusion Fusion(int scale, ParameterSource source)
    {
        var width = Configuration.FusionWidths[scale];
        Priors.Draw(scale, source);
        return new PriorFusion(width, Configuration.HeadsFor(width), Configuration.HeadDimension, Configuration.FusionBlocks[scale], source);
    }

    private void RegisterAll()
    {
        for (var i = 0; i < _down.Length; i++)
        {
            register_module($"down{i + 1}", _down[i]);
        }

        for (var i = 0; i < _fuse.Length; i++)
        {
            register_module($"fuse{i}", _fuse[i]);
        }

        register_module("up1", _up1);
        register_module("up2", _up2);
    }
}
