using TorchSharp.Modules;

namespace Hermes.Model.Network;

/// <summary>
/// The one table between our parameters and the names of the official state dict (docs/method.md, Parity), in its order.
/// Its prior tables keep the null prior (or the unknown modality) as their last row; ours is a parameter of its own, the last piece.
/// </summary>
internal static class OfficialNames
{
    private static readonly string[] Fusions = ["prior_init_fuse_2", "prior_init_fuse_3", "prior_init_fuse_4", "prior_fuse_5", "prior_fuse_6"];

    public static IEnumerable<NetworkParameter> Of(HermesNetwork network)
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
            .. Stage("up1.conv", 0, network.Up[0]),
            .. Fusion(network, 3),
            .. Stage("up2.conv", 0, network.Up[1]),
            .. Fusion(network, 4),
            .. Stage("up3.conv", 0, network.Up[2]),
            .. Stage("up4.conv", 0, network.Up[3]),
            .. Norm("out.norm", network.Masks.Norm),
            .. Perceptron("out.classifier_pred.0", network.Masks.Projection),
            .. Perceptron("out.classifier_pred.1", network.Masks.Refinement),
            .. Norm("mod_out.norm", network.Modality.Norm),
            One("mod_out.classifier.fc1.weight", network.Modality.Weight1),
            One("mod_out.classifier.fc1.bias", network.Modality.Bias1),
            new("mod_out.classifier.fc2.weight", network.Modality.Weight2.Pieces),
            new("mod_out.classifier.fc2.bias", network.Modality.Bias2.Pieces),
        ];
        return parameters;
    }

    /// <summary>The table of task priors of a fusion scale.</summary>
    public static string TaskPriors(int scale) => $"{Fusions[scale]}.task_prior";

    /// <summary>The table of modality priors of a fusion scale.</summary>
    public static string ModalityPriors(int scale) => $"{Fusions[scale]}.modality_prior";

    /// <summary>Whether a parameter belongs to the convolutions on the way down.</summary>
    public static bool IsEncoder(NetworkParameter parameter) =>
        parameter.Name.StartsWith("inc.", StringComparison.Ordinal) || parameter.Name.StartsWith("down", StringComparison.Ordinal);

    /// <summary>The parameters of a branch, each under the name of the tensor that it stands in for, or is rows of.</summary>
    public static IEnumerable<NetworkParameter> Of(Branch branch) =>
    [
        .. Enumerable.Range(0, PriorPool.Scales).SelectMany(scale => Rows(scale, branch.TaskRows(scale), branch.ModalityRows(scale))),
        .. branch.Up3 is { } up3 ? Stage("up3.conv", 0, up3) : [],
        .. branch.Up4 is { } up4 ? Stage("up4.conv", 0, up4) : [],
    ];

    private static IEnumerable<NetworkParameter> Rows(int scale, Parameter? tasks, Parameter? modalities) =>
    [
        .. tasks is null ? Array.Empty<NetworkParameter>() : [One(TaskPriors(scale), tasks)],
        .. modalities is null ? Array.Empty<NetworkParameter>() : [One(ModalityPriors(scale), modalities)],
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

    private static IEnumerable<NetworkParameter> Fusion(HermesNetwork network, int scale) =>
    [
        new(TaskPriors(scale), network.Priors.TaskTable(scale).Pieces),
        new(ModalityPriors(scale), network.Priors.ModalityTable(scale).Pieces),
        .. network.Fuse[scale].Blocks.SelectMany((block, i) => FusionBlock($"{Fusions[scale]}.attn_layers.{i}", block)),
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
