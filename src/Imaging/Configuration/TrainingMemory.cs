namespace Hermes.Imaging.Configuration;

/// <summary>
/// The memory that a training takes, without loading anything: a formula whose numbers were fitted to measured trainings, a little above all of them
/// (docs/scale.md, Memory of a training). It is that of float32; a processor that computes in bfloat16 takes down to a half of it.
/// </summary>
public static class TrainingMemory
{
    /// <summary>The keys of a configuration that decide most, the strongest first.</summary>
    public const string Keys = "training_size, base_chan, micro_batch and recompute";

    /// <summary>Parts of a batch that are learned side by side at most: each has gradients as large as the network.</summary>
    public const int MostLanes = 4;

    private const int SamplesPerLane = 2;

    // The program with its libraries, and what a sample takes that is convolved alone, in plain loops.
    private const double Program = 500 << 20;
    private const double Alone = 300 << 20;

    // Weights, two moments, average, the lanes' gradients and copies in other formats.
    private const double PerParameter = 28;

    // Of devices that learn together: weights and, of each of them, gradients.
    private const double PerSharedParameter = 4;

    // Of a trunk under a branch: weights, copies in other formats, and what the branch has of its own.
    private const double PerFrozenParameter = 10;

    // What the backward pass keeps of a value that a residual block writes.
    private const double PerValue = 20;

    // Of stages that are computed again less is there at once; what they leave in between is of no use to others.
    private const double PerRecomputedValue = 12;
    private const double InBetween = 300 << 20;

    // What it keeps of a value that a transformer of Hermes-M writes: these are counted one by one.
    private const double PerTransformerValue = 4;

    // Of a branch it goes back to the first fusion only.
    private const double PerFrozenValue = 16;

    // Target, logit, probability and their gradients.
    private const double PerTaskVoxel = 44;

    /// <summary>The bytes that a training takes whatever its batch, and those for each sample that is learned at once.</summary>
    /// <param name="configuration">How it trains.</param>
    /// <param name="tasks">Tasks of its largest prompt.</param>
    /// <param name="isBranch">Whether a branch is learned on a trunk of this configuration.</param>
    /// <param name="devices">Devices that learn it together.</param>
    public static (long Fixed, long PerSample) Of(TrainingConfiguration configuration, int tasks, bool isBranch = false, int devices = 1)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (perParameter, perValue) = isBranch ? (PerFrozenParameter, PerFrozenValue) : (PerParameter, PerValue);
        perParameter += devices > 1 ? PerSharedParameter * (devices + 1) : 0;
        (perValue, var inBetween) = configuration.Recompute ? (PerRecomputedValue, InBetween) : (perValue, 0);
        var voxels = (double)configuration.PatchSize.Depth * configuration.PatchSize.Height * configuration.PatchSize.Width;
        return (
            (long)(Program + inBetween + (configuration.AtOnce % SamplesPerLane * Alone) + (perParameter * Parameters(configuration.Network))),
            (long)(voxels * ((perValue * ValuesPerVoxel(configuration)) + (PerTaskVoxel * tasks * (configuration.DeepSupervision is null ? 1 : 2))
                + (PerTransformerValue * TransformerValuesPerVoxel(configuration.Network, tasks)))));
    }

    /// <summary>Bytes of the largest map of a step: what enters <c>up4</c>, of a lane.</summary>
    public static long LargestMap(TrainingConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        long voxels = configuration.PatchSize.VoxelCount, channels = configuration.Network.Widths[0] + configuration.Network.Widths[1];
        return sizeof(float) * Math.Min(SamplesPerLane, configuration.AtOnce) * voxels * channels;
    }

    /// <summary>Samples that a processor learns at once: pairs in up to four lanes, each on a thread of its own.</summary>
    public static int SamplesAtOnce(int batchSize, int threads) =>
        Math.Min(batchSize, SamplesPerLane * Math.Min(threads, Math.Clamp(batchSize / SamplesPerLane, 1, MostLanes)));

    private static double Parameters(NetworkConfiguration network) =>
        27 * Blocks(network).Sum(b => ((b.From == b.To ? 1.0 : 2.0) * b.From * b.To) + ((double)b.To * b.To))
        + (25 * network.FusionBlocks.Zip(network.FusionWidths, (blocks, width) => (double)blocks * width * width).Sum())
        + (IsMedFormer(network) ? network.FusionWidths.Take(3).Sum(width => (27.0 * width * (width + network.SemanticTokens)) + (4.0 * width * width)) : 0)
        + ((IsMedFormer(network) ? 3.0 : 2.0) * network.PosteriorWidth * network.PosteriorWidth);

    // A block reads a map and writes two.
    // Of the stages that are computed again, those of one are there at a time: up4 has the most.
    private static double ValuesPerVoxel(TrainingConfiguration configuration) =>
        Blocks(configuration.Network).Where(b => !(configuration.Recompute && b.IsForgotten)).Sum(b => (b.From + (2.0 * b.To)) / Math.Pow(8, b.Halvings));

    private static bool IsMedFormer(NetworkConfiguration network) => network.Architecture == Architecture.MedFormer;

    // Of a transformer block: norms, projections, what attends and is gathered, and four times the channels five times over in its convolutions; then the
    // affinities of its heads and what two softmaxes make of them. A patch merging has eight times the channels of before three times.
    private static double TransformerValuesPerVoxel(NetworkConfiguration network, int tasks)
    {
        if (!IsMedFormer(network))
        {
            return 0;
        }

        var width = network.Widths;
        var tokens = network.SemanticTokens + tasks + 1 + network.ModalityTokens;
        var blocks = network.FusionBlocks.Zip(network.FusionWidths, (int[])[2, 3, 4, 3, 2])
            .Sum(s => s.First * ((34.0 * s.Second) + (3.0 * network.HeadsFor(s.Second) * tokens)) / Math.Pow(8, s.Third));
        var merges = Enumerable.Range(1, 4).Sum(halvings => 24.0 * width[halvings - 1] / Math.Pow(8, halvings));
        return blocks + merges + (4.0 * (width[4] + width[3]) / Math.Pow(8, 3)) + (4.0 * (width[3] + width[2]) / Math.Pow(8, 2));
    }

    // Residual blocks on the way down, then up (docs/method.md, The network).
    private static IEnumerable<(int From, int To, int Halvings, bool IsForgotten)> Blocks(NetworkConfiguration network)
    {
        var width = network.Widths;
        var blocks = network.BlocksPerStage;
        (int From, int To, int Count, int Halvings, bool IsForgotten)[] stages = IsMedFormer(network) ?
        [
            (width[0], width[0], 1, 0, true), (width[1], width[1], blocks[0], 1, false),
            (width[2] + width[1], width[1], blocks[0], 1, true), (width[1] + width[0], width[0], 2, 0, false),
        ] :
        [
            (width[0], width[0], 1, 0, true),
            (width[0], width[1], blocks[0], 1, false), (width[1], width[2], blocks[1], 2, false),
            (width[2], width[3], blocks[2], 3, false), (width[3], width[4], blocks[3], 4, false),
            (width[4] + width[3], width[3], blocks[2], 3, false), (width[3] + width[2], width[2], blocks[1], 2, false),
            (width[2] + width[1], width[1], blocks[0], 1, true), (width[1] + width[0], width[0], 2, 0, false),
        ];
        return stages.SelectMany(s => Enumerable.Range(0, s.Count).Select(i => (i == 0 ? s.From : s.To, s.To, s.Halvings, s.IsForgotten)));
    }
}
