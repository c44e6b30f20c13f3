using Hermes.Imaging.Configuration;
using Hermes.Model.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Hermes.Model.Network;

/// <summary>
/// Hermes-M (docs/method.md, Hermes-M): MedFormer, a U-Net whose five coarse stages are transformers. There the image exchanges what it knows with a few tokens:
/// a semantic map made of the image, and behind it the priors.
/// </summary>
internal sealed class MedFormerNetwork : HermesNetwork
{
    private readonly ConvolutionStage _down1;
    private readonly PatchMerging[] _merge = new PatchMerging[4];
    private readonly SemanticMap[] _maps = new SemanticMap[3];
    private readonly TransformerStage[] _stages = new TransformerStage[PriorPool.Scales];
    private readonly SemanticMapFusion _fusion;
    private readonly TokenReduction _reduce1;
    private readonly TokenReduction _reduce2;
    private readonly PriorClassifier _auxiliary;

    public MedFormerNetwork(NetworkConfiguration configuration, PriorVocabulary vocabulary, ParameterSource source)
        : base(nameof(MedFormerNetwork), configuration, vocabulary, source)
    {
        var width = configuration.Widths;
        _merge[0] = new PatchMerging(width[0], width[1], source);
        _down1 = new ConvolutionStage(width[1], width[1], configuration.BlocksPerStage[0], source);
        for (var scale = 0; scale < _maps.Length; scale++)
        {
            _merge[scale + 1] = new PatchMerging(width[scale + 1], width[scale + 2], source);
            _maps[scale] = new SemanticMap(width[scale + 2], configuration.SemanticTokens, source);
            _stages[scale] = Stage(scale, width[scale + 2], source);
        }

        _fusion = new SemanticMapFusion([.. width[2..]], width[4], configuration.HeadsFor(width[4]), configuration.MapFusionBlocks, source);
        _reduce1 = new TokenReduction(width[4] + width[3], width[3], source);
        _stages[3] = Stage(3, width[4] + width[3], source);
        _reduce2 = new TokenReduction(width[3] + width[2], width[2], source);
        _stages[4] = Stage(4, width[3] + width[2], source);
        RegisterAll();
        DrawFineStages(source);
        _auxiliary = new PriorClassifier(configuration.PosteriorWidth, width[2], width[2], source);
        register_module("auxiliary", _auxiliary);
        DrawHeads(source);
    }

    internal ConvolutionStage Down1 => _down1;

    internal IReadOnlyList<PatchMerging> Merge => _merge;

    internal IReadOnlyList<SemanticMap> Maps => _maps;

    internal IReadOnlyList<TransformerStage> Stages => _stages;

    internal SemanticMapFusion Fusion => _fusion;

    internal TokenReduction Reduce1 => _reduce1;

    internal TokenReduction Reduce2 => _reduce2;

    internal PriorClassifier AuxiliaryMasks => _auxiliary;

    internal override (Tensor Half, Tensor Quarter) Descend(Tensor full)
    {
        var half = Run(_down1, Halve(0, full));
        return (half, Halve(1, half));
    }

    internal override Tensor Fuse(EncodedImage encoded, PromptRows rows, Branch? branch, Tensor[] posterior)
    {
        var maps = new Tensor[_maps.Length];
        var visible = VisibleTokens(rows);
        (Tensor Features, Tensor Map) Transformed(int scale, Tensor features, Tensor map)
        {
            (features, map, posterior[scale]) = _stages[scale].Forward(features, map, Priors.Select(scale, rows, branch), visible, FormatFor(features));
            return (features, map);
        }

        Tensor Down(int scale, Tensor features)
        {
            (features, maps[scale]) = Transformed(scale, features, _maps[scale].Forward(features, FormatFor(features)));
            return features;
        }

        var quarter = Down(0, encoded.Quarter);
        var eighth = Down(1, Halve(2, quarter));
        var deepest = Down(2, Halve(3, eighth));
        var fused = _fusion.Forward(maps);
        (var features, var map) = Transformed(3, Join(eighth, deepest), _reduce1.Forward(fused[2], fused[1]));
        return Transformed(4, Join(quarter, features), _reduce2.Forward(map, fused[0])).Features;
    }

    private protected override Tensor Join(Tensor skip, Tensor coarse) => UpsampledJoin.Apply(skip, coarse, coarseFirst: true);

    private protected override Tensor? Auxiliary(Tensor quarter, IReadOnlyList<Tensor> posterior, int tasks, long[] size)
    {
        var logits = _auxiliary.Forward(quarter, posterior, tasks);
        return functional.interpolate(logits, size, mode: InterpolationMode.Trilinear, align_corners: true);
    }

    private Tensor Halve(int stage, Tensor features) => _merge[stage].Forward(features, FormatFor(features));

    /// <summary>[B, 1, 1, s + n + l]: the semantic map hides nothing.</summary>
    private Tensor? VisibleTokens(PromptRows rows) => rows.Visible is not { } visible
        ? null
        : cat([ones([visible.shape[0], 1, 1, Configuration.SemanticTokens], ScalarType.Bool, visible.device), visible], 3);

    private TransformerStage Stage(int scale, int from, ParameterSource source)
    {
        var width = Configuration.FusionWidths[scale];
        Priors.Draw(scale, source);
        return new TransformerStage(from, width, Configuration.HeadsFor(width), Configuration.FusionBlocks[scale], isLast: scale == PriorPool.Scales - 1, source);
    }

    private void RegisterAll()
    {
        register_module("down1", _down1);
        for (var i = 0; i < _merge.Length; i++)
        {
            register_module($"merge{i + 1}", _merge[i]);
        }

        for (var i = 0; i < _maps.Length; i++)
        {
            register_module($"map{i}", _maps[i]);
        }

        for (var i = 0; i < _stages.Length; i++)
        {
            register_module($"stage{i}", _stages[i]);
        }

        register_module("fusion", _fusion);
        register_module("reduce1", _reduce1);
        register_module("reduce2", _reduce2);
    }
}
