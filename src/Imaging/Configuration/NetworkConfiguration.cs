using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Hermes.Imaging.Configuration;

/// <summary>
/// The shape of a network whose features and context priors meet at five scales (docs/method.md, The network). What the network is asked (tasks, modalities)
/// is in its vocabulary of priors.
/// </summary>
public sealed record NetworkConfiguration
{
    /// <summary>Which of the published networks it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Architecture Architecture { get; init; }

    /// <summary>Channels at full resolution; the five widths are this times 1, 2, 4, 8 and 10. The published network has 32.</summary>
    public int BaseWidth { get; init; } = 32;

    /// <summary>Residual blocks in each of the four encoder stages; the decoder mirrors the first three and ends with two. Hermes-M has such blocks in the first alone.</summary>
    public ImmutableArray<int> BlocksPerStage { get; init; } = [2, 2, 2, 2];

    /// <summary>Tokens that describe one modality (l).</summary>
    public int ModalityTokens { get; init; } = 10;

    /// <summary>Channels per attention head; in Hermes-R, a width that is no multiple of it is projected to the next smaller multiple.</summary>
    public int HeadDimension { get; init; } = 32;

    /// <summary>
    /// Standard deviation of the first values of the task priors; null for the published ones (Xavier), which are small: what a prompt's tokens gather from the
    /// image drowns their differences, and tasks that look alike (left and right kidney) separate late.
    /// </summary>
    public double? TaskPriorDeviation { get; init; }

    /// <summary>
    /// Hidden units of the mask head's second perceptron; null for the published number, one per channel at full resolution. At base 32 those are enough; of
    /// eight most fall silent within fifty steps, and tasks that then share a single one have the same prototype for ever.
    /// </summary>
    public int? PrototypeHiddenWidth { get; init; }

    /// <summary>
    /// Prior fusion blocks at 1/4, 1/8, 1/16 (encoder) and 1/8, 1/4 (decoder) of the input resolution; of Hermes-M, the transformer blocks there
    /// (2, 4, 8, 4 and 2 as published).
    /// </summary>
    public ImmutableArray<int> FusionBlocks { get; init; } = [2, 2, 4, 2, 2];

    /// <summary>Tokens of a semantic map of Hermes-M (64 as published); 0 for Hermes-R, which has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int SemanticTokens { get; init; }

    /// <summary>Transformer layers in which the semantic maps of Hermes-M meet (2 as published); 0 for Hermes-R.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int MapFusionBlocks { get; init; }

    /// <summary>What to call it: <c>hermes-r, base 32</c>.</summary>
    public string Name => $"{(Architecture == Architecture.MedFormer ? "hermes-m" : "hermes-r")}, base {BaseWidth}";

    /// <summary>Channels at 1, 1/2, 1/4, 1/8 and 1/16 of the input resolution.</summary>
    public ImmutableArray<int> Widths => [BaseWidth, 2 * BaseWidth, 4 * BaseWidth, 8 * BaseWidth, 10 * BaseWidth];

    /// <summary>Channels of the five fusion scales, in the order of <see cref="FusionBlocks"/>.</summary>
    public ImmutableArray<int> FusionWidths => [Widths[2], Widths[3], Widths[4], Widths[3], Widths[2]];

    /// <summary>Channels of the five posterior tokens of a task put together (1088 for the published network).</summary>
    public int PosteriorWidth => FusionWidths.Sum();

    /// <summary>Every input axis must be at least this many voxels: four halvings must leave two.</summary>
    public const int SmallestAxis = 32;

    /// <summary>The published Hermes-M.</summary>
    public static NetworkConfiguration HermesM { get; } = new()
    {
        Architecture = Architecture.MedFormer,
        FusionBlocks = [2, 4, 8, 4, 2],
        SemanticTokens = 64,
        MapFusionBlocks = 2,
    };

    /// <summary>Number of attention heads for a width of <paramref name="channels"/>, at least one. Those of Hermes-M share the width out without a rest.</summary>
    public int HeadsFor(int channels)
    {
        var most = Math.Max(1, channels / HeadDimension);
        return Architecture == Architecture.MedFormer ? Enumerable.Range(1, most).Last(heads => channels % heads == 0) : most;
    }

    /// <summary>Refuses a configuration that does not describe a network.</summary>
    /// <exception cref="ArgumentException">A number is out of range or a list has the wrong length.</exception>
    public void Validate()
    {
        Require(BaseWidth is >= 1 and <= 1024, $"base width {BaseWidth} is outside 1 to 1024");
        Require(BlocksPerStage is { IsDefault: false, Length: 4 }, "blocks per stage must list four numbers");
        Require(BlocksPerStage.All(blocks => blocks is >= 1 and <= 64), "blocks per stage must be 1 to 64");
        Require(FusionBlocks is { IsDefault: false, Length: 5 }, "fusion blocks must list five numbers");
        Require(FusionBlocks.All(blocks => blocks is >= 1 and <= 64), "fusion blocks must be 1 to 64");
        Require(ModalityTokens is >= 1 and <= 1024, $"modality tokens {ModalityTokens} is outside 1 to 1024");
        Require(HeadDimension is >= 1 and <= 1024, $"head dimension {HeadDimension} is outside 1 to 1024");
        Require(PrototypeHiddenWidth is null or (>= 1 and <= 4096), $"prototype hidden width {PrototypeHiddenWidth} is outside 1 to 4096");
        var isMedFormer = Architecture == Architecture.MedFormer;
        Require(Enum.IsDefined(Architecture), $"there is no architecture {Architecture}");
        Require(isMedFormer ? SemanticTokens is >= 1 and <= 4096 : SemanticTokens == 0, $"semantic tokens {SemanticTokens} is outside 1 to 4096, or 0 of a ResUNet");
        Require(isMedFormer ? MapFusionBlocks is >= 1 and <= 64 : MapFusionBlocks == 0, $"map fusion blocks {MapFusionBlocks} is outside 1 to 64, or 0 of a ResUNet");
        Require(TaskPriorDeviation is null or (> 0 and < 1e6), $"prior deviation {TaskPriorDeviation} is no positive number");
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException($"Network configuration: {message}.");
        }
    }

    /// <inheritdoc/>
    public bool Equals(NetworkConfiguration? other) =>
        other is not null && BaseWidth == other.BaseWidth && ModalityTokens == other.ModalityTokens && HeadDimension == other.HeadDimension
        && TaskPriorDeviation == other.TaskPriorDeviation && PrototypeHiddenWidth == other.PrototypeHiddenWidth
        && Architecture == other.Architecture && SemanticTokens == other.SemanticTokens && MapFusionBlocks == other.MapFusionBlocks
        && BlocksPerStage.SequenceEqual(other.BlocksPerStage) && FusionBlocks.SequenceEqual(other.FusionBlocks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Architecture, BaseWidth, ModalityTokens, HeadDimension, BlocksPerStage.Length, FusionBlocks.Length);
}
