using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Prompts;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Configuration;

/// <summary>
/// Everything a run is told besides its data and its seed. Read from the YAML presets in <c>config/universal</c> by
/// <see cref="TrainingConfigurationReader"/>; kept as JSON in checkpoints and model packages.
/// </summary>
public sealed record TrainingConfiguration
{
    /// <summary>Steps of an epoch of the official loop, which stops after one more than the 400 that it is told.</summary>
    public const int OfficialStepsPerEpoch = 401;

    /// <summary>Most patches per step.</summary>
    public const int LargestBatch = 1024;

    /// <summary>How far beyond a patch the published affine reads: it works on a block 30 larger.</summary>
    private static readonly GridSize PublishedMargin = new(15, 15, 15);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        IgnoreReadOnlyProperties = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Shape of the network.</summary>
    public NetworkConfiguration Network { get; init; } = new();

    /// <summary>Spacing of the network's grid in mm.</summary>
    public GridSpacing Spacing { get; init; } = GridSpacing.Isotropic(1.5);

    /// <summary>Voxels of a training patch.</summary>
    public GridSize PatchSize { get; init; } = new(128, 128, 128);

    /// <summary>Voxels of an inference window.</summary>
    public GridSize WindowSize { get; init; } = new(128, 128, 128);

    /// <summary>Share of a window that its neighbour covers too, in [0, 1).</summary>
    public double WindowOverlap { get; init; } = 0.5;

    /// <summary>Whether windows count more in their middle.</summary>
    public bool GaussianWindows { get; init; }

    /// <summary>Patches per step.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Most patches of a step that are learned at once; their gradients are added up. Null for as many as is fastest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MicroBatch { get; init; }

    /// <summary>Whether the stages at full and half resolution are computed once more on the way back instead of kept, for less memory. The bits are the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Recompute { get; init; }

    /// <summary>Epochs (periods of constant learning rate). A configuration given in steps has epochs of one step.</summary>
    public int Epochs { get; init; } = 200;

    /// <summary>Steps per epoch.</summary>
    public int StepsPerEpoch { get; init; } = 400;

    /// <summary>Epochs over which the learning rate rises.</summary>
    public int WarmUpEpochs { get; init; } = 5;

    /// <summary>Epochs between validations; the last epoch is always validated.</summary>
    public int ValidationEpochs { get; init; } = 25;

    /// <summary>How many of the last epochs are each followed by a validation; 20 in the published method.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ValidatedLastEpochs { get; init; }

    /// <summary>Learning rate after the warm-up.</summary>
    public double LearningRate { get; init; } = 0.002;

    /// <summary>Decay of LAMB's first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of LAMB's second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>LAMB's epsilon.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>LAMB's decoupled weight decay.</summary>
    public double WeightDecay { get; init; } = 1e-5;

    /// <summary>Largest decay of the averaged weights.</summary>
    public double AverageDecay { get; init; } = 0.99;

    /// <summary>Weight of the modality loss.</summary>
    public double ModalityLossWeight { get; init; } = 0.01;

    /// <summary>Weights of the segmentation losses of both mask heads, of a network that has an auxiliary one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DeepSupervision? DeepSupervision { get; init; }

    /// <summary>
    /// Ours: whether the Tversky loss is minus the logarithm of the index instead of one minus the index. The published loss has nearly no gradient for a task
    /// that found nothing, which then stays silent; the logarithm's does not vanish.
    /// </summary>
    public bool LogTversky { get; init; }

    /// <summary>Share of the patches that are centred on a voxel of a label drawn at random; 0 in the published method.</summary>
    public double ForegroundShare { get; init; }

    /// <summary>What dataset weights multiply.</summary>
    public SamplingRule Sampling { get; init; } = SamplingRule.Case;

    /// <summary>Weight by dataset name; 1 for others.</summary>
    public ImmutableSortedDictionary<string, double> DatasetWeights { get; init; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal);

    /// <summary>How patches are varied.</summary>
    public AugmentationConfiguration Augmentation { get; init; } = new();

    /// <summary>Whether the faults of the published code that change results are kept (docs/paper-faithful.md); see <see cref="PaperFaithfully"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PaperFaithful { get; init; }

    /// <summary>Whether convolutions run in bfloat16 where the processor has it.</summary>
    public bool BFloat16 { get; init; }

    /// <summary>Whether images are prepared as the official scripts do it (docs/method.md, Preprocessing), as imported weights expect it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OfficialPreprocessing { get; init; }

    /// <summary>Ours: whether hot lesions of PET stay hot (<see cref="IntensityRule.Peaks"/>), as in all new trainings; the published code cuts them at the 98th percentile.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsPetPeaks { get; init; }

    /// <summary>Official keys that were given but decide nothing here (machine, data paths).</summary>
    [JsonIgnore]
    public ImmutableArray<string> KeysWithoutEffect { get; init; } = [];

    /// <summary>Most patches that are learned at once.</summary>
    public int AtOnce => MicroBatch ?? BatchSize;

    /// <summary>Whether a step is followed by a validation; <paramref name="done"/> counts the steps so far.</summary>
    public bool IsValidatedAfter(int done)
    {
        var (epoch, rest) = Math.DivRem(done, StepsPerEpoch);
        return done > 0 && (done >= Steps || (rest == 0 && (epoch % ValidationEpochs == 0 || epoch > Epochs - ValidatedLastEpochs)));
    }

    /// <summary>Optimiser steps of the run.</summary>
    public int Steps => checked(Epochs * StepsPerEpoch);

    /// <summary>The preprocessing plan of this configuration: its spacing, padded to hold a patch and a window.</summary>
    public PreprocessingPlan Plan()
    {
        var plan = new PreprocessingPlan
        {
            Spacing = Spacing,
            IsOfficial = OfficialPreprocessing,
            Orientation = OfficialPreprocessing ? PreprocessingPlan.AsStored : PreprocessingPlan.Ras,
            MinimumSize = new GridSize(
                Math.Max(PatchSize.Depth, WindowSize.Depth), Math.Max(PatchSize.Height, WindowSize.Height), Math.Max(PatchSize.Width, WindowSize.Width)),
        };
        return KeepsPetPeaks
            ? plan with { Modalities = new Dictionary<string, IntensityRule>(plan.Modalities) { [ModalityNames.Pet] = IntensityRule.Peaks } }
            : plan;
    }

    /// <summary>The same configuration, with images prepared as the official scripts do it.</summary>
    public TrainingConfiguration OfficiallyPrepared() => this with { OfficialPreprocessing = true, KeepsPetPeaks = false };

    /// <summary>The same configuration for another number of steps; the schedule is stretched, with a warm-up of at most a quarter.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one step.</exception>
    public TrainingConfiguration WithSteps(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (steps == Steps)
        {
            return this;
        }

        var warmUp = (long)WarmUpEpochs * StepsPerEpoch;
        var validation = (long)ValidationEpochs * StepsPerEpoch;
        return this with
        {
            Epochs = steps,
            StepsPerEpoch = 1,
            WarmUpEpochs = (int)Math.Min(warmUp, steps / 4),
            ValidationEpochs = (int)Math.Min(validation, steps),
            ValidatedLastEpochs = 0,
        };
    }

    /// <summary>
    /// The same configuration with the faults of the published code that change results (docs/paper-faithful.md), and without what is ours in sampling, loss and
    /// windows. Epochs of several steps get the one step more that the published code makes.
    /// </summary>
    public TrainingConfiguration PaperFaithfully() => PaperFaithful ? this : OfficiallyPrepared() with
    {
        PaperFaithful = true,
        StepsPerEpoch = StepsPerEpoch > 1 ? StepsPerEpoch + 1 : 1,
        WindowOverlap = 0.5,
        GaussianWindows = false,
        LogTversky = false,
        ForegroundShare = 0,
        Sampling = SamplingRule.Case,
        Augmentation = Augmentation with { Margin = Augmentation.Margin ?? PublishedMargin },
    };

    /// <summary>The same configuration with another number of patches per step, or of patches that are learned at once.</summary>
    /// <param name="batchSize">Patches per step; as before if null. At most as many are learned at once.</param>
    /// <param name="microBatch">Most patches that are learned at once; as before if null.</param>
    /// <exception cref="ArgumentException">A number is below one, or more patches would be learned at once than a step has.</exception>
    public TrainingConfiguration WithBatch(int? batchSize, int? microBatch)
    {
        var size = batchSize ?? BatchSize;
        if (size is < 1 or > LargestBatch)
        {
            throw new ArgumentException($"A step has 1 to {LargestBatch} patches; {size} were asked for.");
        }

        if (microBatch is { } atOnce && (atOnce < 1 || atOnce > size))
        {
            throw new ArgumentException($"Of the {size} patches of a step, 1 to {size} can be learned at once; {atOnce} were asked for.");
        }

        return this with { BatchSize = size, MicroBatch = microBatch ?? (MicroBatch is { } before ? Math.Min(before, size) : null) };
    }

    /// <summary>The configuration as canonical JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is not a configuration.</exception>
    public static TrainingConfiguration FromJson(string json)
    {
        try
        {
            var configuration = JsonSerializer.Deserialize<TrainingConfiguration>(json, Json) ?? throw new JsonException("null");
            return configuration with
            {
                DatasetWeights = configuration.DatasetWeights.WithComparers(StringComparer.Ordinal),
                Augmentation = configuration.Augmentation with
                {
                    IntensityProbability = configuration.Augmentation.IntensityProbability.WithComparers(StringComparer.Ordinal),
                    DatasetIntensityProbability = configuration.Augmentation.DatasetIntensityProbability?.WithComparers(StringComparer.Ordinal),
                },
            };
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The training configuration cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a preset.</summary>
    /// <param name="name">One of <see cref="Presets.Names"/>.</param>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static TrainingConfiguration Preset(string name) => TrainingConfigurationReader.ReadFile(Presets.FileOf(name));

    /// <inheritdoc/>
    public bool Equals(TrainingConfiguration? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Network, Spacing, PatchSize, BatchSize, Steps, LearningRate);
}
