using Hermes.Imaging.Configuration;
using TorchSharp.Modules;

namespace Hermes.Model.Network;

/// <summary>
/// The one table between our parameters and the names of the official state dicts (docs/method.md, Parity), in their order.
/// Its prior tables keep the null prior (or the unknown modality) as their last row; ours is a parameter of its own, the last piece.
/// </summary>
internal static class OfficialNames
{
    private static readonly string[] Fusions = ["prior_init_fuse_2", "prior_init_fuse_3", "prior_init_fuse_4", "prior_fuse_5", "prior_fuse_6"];
    private static readonly string[] Transformers = ["down2", "down3", "down4", "up1", "up2"];

    public static IEnumerable<NetworkParameter> Of(HermesNetwork network) => network switch
    {
        ResidualNetwork residual => Of(residual),
        MedFormerNetwork medFormer => Of(medFormer),
        _ => throw new ArgumentException($"Parameters of {network.GetName()} have no official names.", nameof(network)),
    };

    private static IEnumerable<NetworkParameter> Of(ResidualNetwork network)
    {
        IEnumerable<NetworkParameter> parameters =
        [
            One("inc.conv1.weight", network.Stem),
            .. Block("inc.conv2", network.Input.Blocks[0]),
            .. Stage("down1.conv", 1, network.Down[0]),
            .. Stage("down2.conv", 1, network.Down[1]),
            .. Fusion(network, 0),
            .. Stage("down3.conv", 1, network.Down[2]),
            .. Fusion(network, 1),
            .. Stage("down4.conv", 1, network.Down[3]),
            .. Fusion(network, 2),
            .. Stage("up1.conv", 0, network.Up1),
            .. Fusion(network, 3),
            .. Stage("up2.conv", 0, network.Up2),
            .. Fusion(network, 4),
            .. Stage("up3.conv", 0, network.Up3),
            .. Stage("up4.conv", 0, network.Up4),
            .. Masks("out", network.Masks),
            .. Modality(network),
        ];
        return parameters;
    }

    private static IEnumerable<NetworkParameter> Of(MedFormerNetwork network)
    {
        IEnumerable<NetworkParameter> parameters =
        [
            One("inc.conv1.weight", network.Stem),
            .. Block("inc.conv2", network.Input.Blocks[0]),
            .. Separable("down1.patch_merging.reduction", network.Merge[0].Reduction),
            .. Stage("down1.conv_blocks", 0, network.Down1),
            .. Down(network, 0),
            .. Down(network, 1),
            .. Down(network, 2),
            .. Fusion("map_fusion", network.Fusion),
            One("up1.map_reduction.weight", network.Reduce1.Weight),
            .. Priors(network, 3),
            .. Transformer(network, 3),
            One("up2.map_reduction.weight", network.Reduce2.Weight),
            .. Priors(network, 4),
            .. Transformer(network, 4),
            .. Stage("up3.conv_blocks", 0, network.Up3),
            .. Stage("up4.conv_blocks", 0, network.Up4),
            .. Masks("aux_classifier", network.AuxiliaryMasks),
            .. Masks("out_classifier", network.Masks),
            .. Modality(network),
        ];
        return parameters;
    }

    /// <summary>The table of task priors of a fusion scale.</summary>
    public static string TaskPriors(Architecture architecture, int scale) => $"{Tables(architecture, scale)}.task_prior";

    /// <summary>The table of modality priors of a fusion scale.</summary>
    public static string ModalityPriors(Architecture architecture, int scale) => $"{Tables(architecture, scale)}.modality_prior";

    /// <summary>What the names of a scale's blocks begin with, fusions or transformers, before their numbers from 0.</summary>
    public static string Blocks(Architecture architecture, int scale) =>
        architecture == Architecture.MedFormer ? $"{Transformers[scale]}.trans_blocks.blocks." : $"{Fusions[scale]}.attn_layers.";

    /// <summary>Whether a parameter belongs to the convolutions on the way down; what priors meet there, fusions or transformers, does not.</summary>
    public static bool IsEncoder(NetworkParameter parameter) =>
        parameter.Name.StartsWith("inc.", StringComparison.Ordinal)
        || (parameter.Name.StartsWith("down", StringComparison.Ordinal)
            && !parameter.Name.Contains(".prior_selection.", StringComparison.Ordinal) && !parameter.Name.Contains(".trans_blocks.", StringComparison.Ordinal));

    /// <summary>The parameters of a branch, each under the name of the tensor that it stands in for, or is rows of.</summary>
    public static IEnumerable<NetworkParameter> Of(Branch branch) =>
    [
        .. Enumerable.Range(0, PriorPool.Scales).SelectMany(scale => Rows(branch, scale)),
        .. branch.Up3 is { } up3 ? Stage($"up3.{FineBlocks(branch.Architecture)}", 0, up3) : [],
        .. branch.Up4 is { } up4 ? Stage($"up4.{FineBlocks(branch.Architecture)}", 0, up4) : [],
    ];

    private static string Tables(Architecture architecture, int scale) =>
        architecture == Architecture.MedFormer ? $"{Transformers[scale]}.prior_selection" : Fusions[scale];

    private static string FineBlocks(Architecture architecture) => architecture == Architecture.MedFormer ? "conv_blocks" : "conv";

    private static IEnumerable<NetworkParameter> Rows(Branch branch, int scale) =>
    [
        .. branch.TaskRows(scale) is { } tasks ? [One(TaskPriors(branch.Architecture, scale), tasks)] : Array.Empty<NetworkParameter>(),
        .. branch.ModalityRows(scale) is { } modalities ? [One(ModalityPriors(branch.Architecture, scale), modalities)] : Array.Empty<NetworkParameter>(),
    ];

    private static IEnumerable<NetworkParameter> Priors(HermesNetwork network, int scale) =>
    [
        new(TaskPriors(network.Configuration.Architecture, scale), network.Priors.TaskTable(scale).Pieces),
        new(ModalityPriors(network.Configuration.Architecture, scale), network.Priors.ModalityTable(scale).Pieces),
    ];

    private static IEnumerable<NetworkParameter> Down(MedFormerNetwork network, int scale) =>
    [
        One($"{Transformers[scale]}.map_gen.base_proj.weight", network.Maps[scale].Base),
        One($"{Transformers[scale]}.map_gen.semantic_proj.weight", network.Maps[scale].Weights),
        .. Priors(network, scale),
        .. Separable($"{Transformers[scale]}.patch_merging.reduction", network.Merge[scale + 1].Reduction),
        .. Transformer(network, scale),
    ];

    private static IEnumerable<NetworkParameter> Transformer(MedFormerNetwork network, int scale) =>
        network.Stages[scale].Blocks.SelectMany((block, i) => Block($"{Blocks(Architecture.MedFormer, scale)}{i}", block));

    private static IEnumerable<NetworkParameter> Block(string prefix, TransformerBlock block) =>
    [
        .. Norm($"{prefix}.norm2", block.TokenNorm),
        .. Separable($"{prefix}.attn.feat_qv", block.Attention.QueryValue),
        .. Separable($"{prefix}.attn.feat_out", block.Attention.Output),
        One($"{prefix}.attn.map_qv.weight", block.Attention.TokenQueryValue),
        .. block.Attention.TokenOutput is { } output ? [One($"{prefix}.attn.map_out.weight", output)] : Array.Empty<NetworkParameter>(),
        .. block.Shortcut is { } shortcut ? [One($"{prefix}.shortcut.conv.weight", shortcut)] : Array.Empty<NetworkParameter>(),
        One($"{prefix}.feedforward.expand_proj.conv.weight", block.Convolutions.Expand),
        One($"{prefix}.feedforward.depthwise.conv.weight", block.Convolutions.Depthwise),
        One($"{prefix}.feedforward.se.excitation.0.weight", block.Convolutions.Squeeze),
        One($"{prefix}.feedforward.se.excitation.0.bias", block.Convolutions.SqueezeBias),
        One($"{prefix}.feedforward.se.excitation.2.weight", block.Convolutions.Excite),
        One($"{prefix}.feedforward.se.excitation.2.bias", block.Convolutions.ExciteBias),
        One($"{prefix}.feedforward.pointwise.conv.weight", block.Convolutions.Project),
    ];

    private static IEnumerable<NetworkParameter> Fusion(string prefix, SemanticMapFusion fusion) =>
    [
        .. fusion.In.Select((weight, i) => One($"{prefix}.in_proj.{i}.weight", weight)),
        .. fusion.Layers.SelectMany((layer, i) => Layer($"{prefix}.fusion.layers.{i}", layer)),
        .. fusion.Out.Select((weight, i) => One($"{prefix}.out_proj.{i}.weight", weight)),
    ];

    private static IEnumerable<NetworkParameter> Layer(string prefix, TokenTransformer layer) =>
    [
        .. Norm($"{prefix}.0.norm", layer.AttentionNorm),
        One($"{prefix}.0.fn.to_qkv.weight", layer.QueryKeyValue),
        One($"{prefix}.0.fn.to_out.weight", layer.Output),
        One($"{prefix}.0.fn.to_out.bias", layer.OutputBias),
        .. Norm($"{prefix}.1.norm", layer.PerceptronNorm),
        .. Perceptron($"{prefix}.1.fn", layer.Perceptron),
    ];

    private static IEnumerable<NetworkParameter> Separable(string prefix, SeparableConvolution convolution) =>
        [One($"{prefix}.depthwise.weight", convolution.Depthwise), One($"{prefix}.pointwise.weight", convolution.Pointwise)];

    private static IEnumerable<NetworkParameter> Masks(string prefix, PriorClassifier masks) =>
    [
        .. Norm($"{prefix}.norm", masks.Norm),
        .. Perceptron($"{prefix}.classifier_pred.0", masks.Projection),
        .. Perceptron($"{prefix}.classifier_pred.1", masks.Refinement),
    ];

    private static IEnumerable<NetworkParameter> Modality(HermesNetwork network) =>
    [
        .. Norm("mod_out.norm", network.Modality.Norm),
        One("mod_out.classifier.fc1.weight", network.Modality.Weight1),
        One("mod_out.classifier.fc1.bias", network.Modality.Bias1),
        new("mod_out.classifier.fc2.weight", network.Modality.Weight2.Pieces),
        new("mod_out.classifier.fc2.bias", network.Modality.Bias2.Pieces),
    ];

    /// <summary>Encoder stages count from 1 because their element 0 is the max-pool.</summary>
    private static IEnumerable<NetworkParameter> Stage(string prefix, int first, ConvolutionStage stage) =>
        stage.Blocks.SelectMany((block, i) => Block($"{prefix}.{first + i}", block));

    private static IEnumerable<NetworkParameter> Block(string prefix, ResidualBlock block) =>
    [
        One($"{prefix}.conv1.conv.weight", block.Convolution1),
        One($"{prefix}.conv2.conv.weight", block.Convolution2),
        .. block.Shortcut is null ? Array.Empty<NetworkParameter>() : [One($"{prefix}.shortcut.conv.weight", block.Shortcut)],
    ];

    private static IEnumerable<NetworkParameter> Fusion(ResidualNetwork network, int scale) =>
    [
        .. Priors(network, scale),
        .. network.Fusions[scale].Blocks.SelectMany((block, i) => FusionBlock($"{Blocks(Architecture.ResUNet, scale)}{i}", block)),
    ];

    private static IEnumerable<NetworkParameter> FusionBlock(string prefix, FusionBlock block) =>
    [
        .. Attention($"{prefix}.prior_aggregate_block", block.PriorAttention),
        .. FeedForward($"{prefix}.prior_ffn", block.PriorFeedForward),
        .. Attention($"{prefix}.feat_aggregate_block", block.ImageAttention),
        .. FeedForward($"{prefix}.feat_ffn", block.ImageFeedForward),
    ];

    private static IEnumerable<NetworkParameter> Attention(string prefix, CrossAttention attention) =>
    [
        .. Norm($"{prefix}.norm1", attention.QueryNorm),
        .. Norm($"{prefix}.norm2", attention.SourceNorm),
        One($"{prefix}.fn.to_q.weight", attention.Query),
        One($"{prefix}.fn.to_kv.weight", attention.KeyValue),
        One($"{prefix}.fn.to_out.weight", attention.Output),
        One($"{prefix}.fn.to_out.bias", attention.OutputBias),
    ];

    private static IEnumerable<NetworkParameter> FeedForward(string prefix, FeedForward feedForward) =>
        [.. Norm($"{prefix}.norm", feedForward.Norm), .. Perceptron($"{prefix}.fn", feedForward.Perceptron)];

    private static IEnumerable<NetworkParameter> Perceptron(string prefix, Perceptron perceptron) =>
    [
        One($"{prefix}.fc1.weight", perceptron.Weight1),
        One($"{prefix}.fc1.bias", perceptron.Bias1),
        One($"{prefix}.fc2.weight", perceptron.Weight2),
        One($"{prefix}.fc2.bias", perceptron.Bias2),
    ];

    private static IEnumerable<NetworkParameter> Norm(string prefix, LayerNormalisation norm) =>
        [One($"{prefix}.weight", norm.Weight), One($"{prefix}.bias", norm.Bias)];

    private static NetworkParameter One(string name, Parameter parameter) => new(name, [parameter]);
}
