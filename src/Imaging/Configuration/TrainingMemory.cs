namespace Hermes.Imaging.Configuration;

/// <summary>
/// The memory that a training takes, without loading anything: a formula whose numbers were fitted to measured trainings, a little above all of them
/// (docs/scale.md, Memory of a training). It is that of float32; a processor that computes in bfloat16 takes down to a half of it.
/// </summary>
public static class TrainingMemory
{
    /// <summary>The keys of a configuration that decide most, the strongest first.</summary>
    public const string Keys = "training_size, base_chan and batch_size";

    /// <summary>Parts of a batch that are learned side by side at most: each has gradients as large as the network.</summary>
    public const int MostLanes = 4;

    private const int SamplesPerLane = 2;

    // The program with its libraries, and what a sample takes that is convolved alone, in plain loops.
    private const double Program = 500 << 20;
    private const double Alone = 300 << 20;

    // Weights, two moments, average, the lanes' gradients and copies in other formats.
    private const double PerParameter = 28;

    // Of a trunk under a branch: weights, copies in other formats, and what the branch has of its own.
    private const double PerFrozenParameter = 10;

    // What the backward pass keeps of a value that a residual block writes.
    private const double PerValue = 20;

    // Of a branch it goes back to the first fusion only.
    private const double PerFrozenValue = 16;

    // Target, logit, probability and their gradients.
    private const double PerTaskVoxel = 44;

    /// <summary>The bytes that a training takes whatever its batch, and those for each sample that is learned at once.</summary>
    /// <param name="configuration">How it trains.</param>
    /// <param name="tasks">Tasks of its largest prompt.</param>
    /// <param name="isBranch">Whether a branch is learned on a trunk of this configuration.</param>
    public static (long Fixed, long PerSample) Of(TrainingConfiguration configuration, int tasks, bool isBranch = false)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var (perParameter, perValue) = isBranch ? (PerFrozenParameter, PerFrozenValue) : (PerParameter, PerValue);
        var voxels = (double)configuration.PatchSize.Depth * configuration.PatchSize.Height * configuration.PatchSize.Width;
        return (
            (long)(Program + (configuration.BatchSize % SamplesPerLane * Alone) + (perParameter * Parameters(configuration.Network))),
            (long)(voxels * ((perValue * ValuesPerVoxel(configuration.Network)) + (PerTaskVoxel * tasks))));
    }

    /// <summary>Samples that a processor learns at once: pairs in up to four lanes, each on a thread of its own.</summary>
    public static int SamplesAtOnce(int batchSize, int threads) =>
        Math.Min(batchSize, SamplesPerLane * Math.Min(threads, Math.Clamp(batchSize / SamplesPerLane, 1, MostLanes)));

    private static double Parameters(NetworkConfiguration network) =>
        27 * Blocks(network).Sum(b => ((b.From == b.To ? 1.0 : 2.0) * b.From * b.To) + ((double)b.To * b.To))
        + (25 * network.FusionBlocks.Zip(network.FusionWidths, (blocks, width) => (double)blocks * width * width).Sum())
        + (2.0 * network.PosteriorWidth * network.PosteriorWidth);

    // A block reads a map and writes two.
    private static double ValuesPerVoxel(NetworkConfiguration network) => Blocks(network).Sum(b => (b.From + (2.0 * b.To)) / Math.Pow(8, b.Halvings));

    // Residual blocks on the way down, then up (docs/method.md, The network).
    private static IEnumerable<(int From, int To, int Halvings)> Blocks(NetworkConfiguration network)
    {
        var width = network.Widths;
        var blocks = network.BlocksPerStage;
        (int From, int To, int Count, int Halvings)[] stages =
        [
            (width[0], width[0], 1, 0),
            (width[0], width[1], blocks[0], 1), (width[1], width[2], blocks[1], 2), (width[2], width[3], blocks[2], 3), (width[3], width[4], blocks[3], 4),
            (width[4] + width[3], width[3], blocks[2], 3), (width[3] + width[2], width[2], blocks[1], 2), (width[2] + width[1], width[1], blocks[0], 1),
            (width[1] + width[0], width[0], 2, 0),
        ];
        return stages.SelectMany(s => Enumerable.Range(0, s.Count).Select(i => (i == 0 ? s.From : s.To, s.To, s.Halvings)));
    }
}
