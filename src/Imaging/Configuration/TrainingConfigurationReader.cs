using System.Collections.Immutable;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Configuration;

/// <summary>
/// Reads training configurations: the official keys of <c>hermes_resunet_3d.yaml</c> and <c>hermes_medformer_3d.yaml</c>, and our own where they have none
/// (grid spacing, steps, sampling, precision, windows).
/// </summary>
public static class TrainingConfigurationReader
{
    /// <summary>Longest text that is read, in characters.</summary>
    public const int MaxLength = 1 << 18;

    /// <summary>Official keys about machines, paths and data lists: the platform knows these from elsewhere.</summary>
    private static readonly string[] WithoutEffect =
    [
        "data_root", "tn", "mn", "start_epoch", "num_workers", "aug_device", "dataset_name_list", "dataset_classes_list", "split_seed", "k_fold",
        "gaussian_noise_std", "print_freq", "world_size", "proc_idx", "rank", "port", "dist_url", "dist_backend", "multiprocessing_distributed",
        "reproduce_seed",
    ];

    private static readonly string[] ResUNetKeys = ["block", "num_block"];

    private static readonly string[] MedFormerKeys =
    [
        "conv_block", "chan_num", "act", "map_size", "conv_num", "trans_num", "num_heads", "expansion", "fusion_depth", "fusion_dim", "fusion_heads",
        "attn_drop", "proj_drop", "proj_type", "aux_loss", "aux_weight",
    ];

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">A key is unknown, contradicts another or has a value that cannot be used.</exception>
    public static TrainingConfiguration ReadFile(string path) => Read(File.ReadAllText(path), path);

    /// <summary>Reads a text.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="file">What to call it in messages.</param>
    /// <exception cref="ConfigurationException">A key is unknown, contradicts another or has a value that cannot be used.</exception>
    public static TrainingConfiguration Read(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        var keys = new ConfigurationKeys(text, file);
        ImmutableArray<string> withoutEffect = [.. WithoutEffect.Where(keys.Skip)];
        RefuseOtherArchitectures(keys);
        var network = Network(keys);
        TrainingConfiguration standard = new();
        var patch = Size(keys, "training_size", standard.PatchSize);
        var window = keys.Has("window_size") ? Size(keys, "window_size", patch) : patch;
        var spacing = keys.Numbers("target_spacing", [1.5, 1.5, 1.5], 3, 0.05, 20);
        var betas = keys.Numbers("betas", [0.9, 0.999], 2, 0, 0.999999);
        var batch = keys.Integer("batch_size", standard.BatchSize, 1, TrainingConfiguration.LargestBatch);
        var averaged = keys.Flag("ema", true);
        var decay = keys.Number("ema_alpha", 0.99, 0, 0.999999);
        if (!averaged && keys.Has("ema_alpha"))
        {
            throw keys.Error("ema_alpha", "contradicts 'ema: false'.");
        }

        var configuration = new TrainingConfiguration
        {
            Network = network,
            DeepSupervision = Supervision(keys, network),
            Spacing = new GridSpacing(spacing[0], spacing[1], spacing[2]),
            PatchSize = patch,
            WindowSize = window,
            WindowOverlap = keys.Number("window_overlap", 0.5, 0, 0.9),
            GaussianWindows = Choice(keys, "window_weights", "uniform", "gaussian"),
            BatchSize = batch,
            MicroBatch = keys.Has("micro_batch") ? keys.Integer("micro_batch", 1, 1, batch) : null,
            Recompute = keys.Flag("recompute", false),
            LearningRate = keys.Number("base_lr", 0.002, 1e-12, 10),
            Beta1 = betas[0],
            Beta2 = betas[1],
            Epsilon = keys.Number("eps", 1e-5, 1e-12, 1),
            WeightDecay = keys.Number("weight_decay", 1e-5, 0, 1),
            AverageDecay = averaged ? decay : 0,
            ModalityLossWeight = keys.Number("loss_mod_weight", 0.01, 0, 100),
            LogTversky = Choice(keys, "tversky", "plain", "log"),
            ForegroundShare = keys.Number("foreground", 0, 0, 1),
            Sampling = Choice(keys, "sampling", "case", "dataset") ? SamplingRule.Dataset : SamplingRule.Case,
            DatasetWeights = keys.Mapping("dataset_weights", 0, 1e6).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Augmentation = Augmentation(keys),
            KeepsPetPeaks = !Choice(keys, "pet_peaks", "kept", "clipped"),
            BFloat16 = Choice(keys, "precision", "fp32", "bf16"),
            KeysWithoutEffect = withoutEffect,
        };
        configuration = PaperFaithfully(keys, OfficiallyPrepared(keys, Length(keys, configuration)));
        keys.RefuseUnknown();
        return configuration;
    }

    private static void RefuseOtherArchitectures(ConfigurationKeys keys)
    {
        keys.Only("in_chan", "1");
        keys.Only("norm", "in");
        keys.Only("optimizer", "lamb");
        keys.Only("rlt", "1");
        keys.Only("sliding_window", "True");
        keys.OnlyNested("down_scale", "2");
        keys.OnlyNested("kernel_size", "3");
        keys.Numbers("translate", [0, 0, 0], 3, 0, 0);
    }

    private static NetworkConfiguration Network(ConfigurationKeys keys)
    {
        var isMedFormer = Choice(keys, "arch", "resunet", "medformer");
        var other = isMedFormer ? ResUNetKeys : MedFormerKeys;
        if (Array.Find(other, keys.Has) is { } foreign)
        {
            throw keys.Error(foreign, $"contradicts 'arch: {(isMedFormer ? "medformer" : "resunet")}', which has no such key.");
        }

        var network = (isMedFormer ? MedFormer(keys) : ResUNet(keys)) with
        {
            BaseWidth = keys.Integer("base_chan", 32, 1, 1024),
            PrototypeHiddenWidth = keys.Has("prototype_hidden") ? keys.Integer("prototype_hidden", 32, 1, 4096) : null,
            TaskPriorDeviation = keys.Has("prior_deviation") ? keys.Number("prior_deviation", 1, 1e-6, 1e3) : null,
        };
        try
        {
            network.Validate();
        }
        catch (ArgumentException e)
        {
            throw keys.Error("base_chan", e.Message);
        }

        if (isMedFormer)
        {
            RefuseOtherShapes(keys, network);
        }

        return network;
    }

    private static NetworkConfiguration ResUNet(ConfigurationKeys keys)
    {
        keys.Only("block", "BasicBlock");
        return new NetworkConfiguration { BlocksPerStage = [.. keys.Integers("num_block", [2, 2, 2, 2], 4, 1, 64)] };
    }

    private static NetworkConfiguration MedFormer(ConfigurationKeys keys)
    {
        var published = NetworkConfiguration.HermesM;
        keys.Only("conv_block", "BasicBlock");
        keys.Only("act", "relu");
        keys.Only("proj_type", "depthwise");
        keys.Only("expansion", "4");
        keys.Only("aux_loss", "True");
        keys.Number("attn_drop", 0, 0, 0);
        keys.Number("proj_drop", 0, 0, 0);
        var blocks = keys.Integers("trans_num", [0, .. published.FusionBlocks, 0, 0], 8, 0, 64);
        if (blocks is not [0, > 0, > 0, > 0, > 0, > 0, 0, 0])
        {
            throw keys.Error("trans_num", "only the second to the sixth of the eight stages have transformer blocks, and each of them has.");
        }

        var convolutions = keys.Integers("conv_num", [2, 0, 0, 0, 0, 0, 2, 2], 8, 0, 64);
        if (convolutions is not [> 0, 0, 0, 0, 0, 0, _, 2] || convolutions[6] != convolutions[0])
        {
            throw keys.Error("conv_num", "expected convolution blocks in the first, the seventh (as many as in the first) and the eighth stage (two), and in no other.");
        }

        return published with
        {
            BlocksPerStage = [convolutions[0], 2, 2, 2],
            FusionBlocks = [.. blocks[1..6]],
            SemanticTokens = keys.Integers("map_size", [4, 4, 4], 3, 1, 16).Aggregate((tokens, axis) => tokens * axis),
            MapFusionBlocks = keys.Integer("fusion_depth", published.MapFusionBlocks, 1, 64),
        };
    }

    /// <summary>Widths and heads follow from <c>base_chan</c>; the official keys say them again.</summary>
    private static void RefuseOtherShapes(ConfigurationKeys keys, NetworkConfiguration network)
    {
        var width = network.Widths;
        int[] widths = [.. width[1..], width[3], width[2], width[1], width[0]];
        Same("chan_num", [.. keys.Integers("chan_num", widths, 8, 1, int.MaxValue)], widths);
        int[] heads = [1, .. network.FusionWidths.Select(network.HeadsFor), 1, 1];
        Same("num_heads", [.. keys.Integers("num_heads", heads, 8, 1, int.MaxValue)], heads);
        Same("fusion_dim", [keys.Integer("fusion_dim", width[4], 1, int.MaxValue)], [width[4]]);
        Same("fusion_heads", [keys.Integer("fusion_heads", network.HeadsFor(width[4]), 1, int.MaxValue)], [network.HeadsFor(width[4])]);

        void Same(string key, int[] found, int[] expected)
        {
            if (!found.SequenceEqual(expected))
            {
                throw keys.Error(key, $"with 'base_chan: {network.BaseWidth}' only {string.Join(", ", expected)} is supported, found {string.Join(", ", found)}.");
            }
        }
    }

    private static DeepSupervision? Supervision(ConfigurationKeys keys, NetworkConfiguration network) =>
        network.Architecture == Architecture.MedFormer && keys.Numbers("aux_weight", [0.5, 0.5], 2, 0, 100) is [var main, var auxiliary]
            ? new DeepSupervision(main, auxiliary)
            : null;

    private static AugmentationConfiguration Augmentation(ConfigurationKeys keys)
    {
        var standard = new AugmentationConfiguration();
        var intensity = keys.Mapping("intensity_prob", 0, 1);
        var listed = keys.Has("intensity_prob");
        var other = intensity.Remove("other", out var value) ? value : standard.OtherIntensityProbability;
        return new AugmentationConfiguration
        {
            AffineProbability = keys.Number("affine_prob", standard.AffineProbability, 0, 1),
            Scale = [.. keys.Numbers("scale", [.. standard.Scale], 3, 0, 0.9)],
            Rotate = [.. keys.Integers("rotate", [.. standard.Rotate], 3, 0, 180)],
            Shear = keys.Number("shear", standard.Shear, 0, 1),
            DatasetIntensityProbability = keys.Has("dataset_intensity_prob")
                ? keys.Mapping("dataset_intensity_prob", 0, 1).ToImmutableSortedDictionary(StringComparer.Ordinal)
                : null,
            Margin = keys.Has("affine_margin") ? ToSize(keys.Integers("affine_margin", [0, 0, 0], 3, 0, 4096)) : null,
            IntensityProbability = listed ? intensity.ToImmutableSortedDictionary(StringComparer.Ordinal) : standard.IntensityProbability,
            OtherIntensityProbability = other,
        };
    }

    private static TrainingConfiguration Length(ConfigurationKeys keys, TrainingConfiguration configuration)
    {
        foreach (var epochKey in (string[])["epochs", "iter_per_epoch", "warmup_epoch", "val_freq", "val_last"])
        {
            keys.RefuseTogether("steps", epochKey);
        }

        foreach (var stepKey in (string[])["warmup_steps", "val_steps"])
        {
            if (keys.Has(stepKey) && !keys.Has("steps"))
            {
                throw keys.Error(stepKey, "needs 'steps'.");
            }
        }

        var inSteps = keys.Has("steps");
        var epochs = inSteps ? keys.Integer("steps", 1, 1, 100_000_000) : keys.Integer("epochs", 200, 1, 1_000_000);
        var stepsPerEpoch = inSteps ? 1 : keys.Integer("iter_per_epoch", 400, 1, 1_000_000);
        var warmUp = inSteps ? keys.Integer("warmup_steps", 0, 0, 100_000_000) : keys.Integer("warmup_epoch", 5, 0, 1_000_000);
        var validation = inSteps ? keys.Integer("val_steps", epochs, 1, 100_000_000) : keys.Integer("val_freq", 25, 1, 1_000_000);
        if ((long)epochs * (stepsPerEpoch + 1L) > int.MaxValue)
        {
            throw keys.Error("epochs", $"{epochs} epochs of {stepsPerEpoch} steps are too many.");
        }

        if (warmUp >= epochs)
        {
            var key = inSteps ? "warmup_steps" : "warmup_epoch";
            throw keys.Error(key, $"a warm-up of {warmUp} is not shorter than the run of {epochs}.");
        }

        return configuration with
        {
            Epochs = epochs,
            StepsPerEpoch = stepsPerEpoch,
            WarmUpEpochs = warmUp,
            ValidationEpochs = validation,
            // The official code has no key for it.
            ValidatedLastEpochs = inSteps ? 0 : keys.Integer("val_last", 20, 0, 1_000_000),
        };
    }

    private static TrainingConfiguration OfficiallyPrepared(ConfigurationKeys keys, TrainingConfiguration configuration) =>
        !Choice(keys, "preprocessing", "canonical", "official") ? configuration
        : AsksForPetPeaks(keys, configuration) ? throw keys.Error("pet_peaks", "contradicts 'preprocessing: official'.")
        : configuration.OfficiallyPrepared();

    /// <summary>Whether the file says so itself: what is ours by default gives way to what is published.</summary>
    private static bool AsksForPetPeaks(ConfigurationKeys keys, TrainingConfiguration configuration) => keys.Has("pet_peaks") && configuration.KeepsPetPeaks;

    private static TrainingConfiguration PaperFaithfully(ConfigurationKeys keys, TrainingConfiguration configuration)
    {
        if (!keys.Flag("paper_faithful", false))
        {
            return configuration;
        }

        var faithful = configuration.PaperFaithfully();
        foreach ((var key, var isKept) in ((string, bool)[])
        [
            ("window_overlap", configuration.WindowOverlap.Equals(faithful.WindowOverlap)),
            ("window_weights", configuration.GaussianWindows == faithful.GaussianWindows),
            ("tversky", configuration.LogTversky == faithful.LogTversky),
            ("foreground", configuration.ForegroundShare.Equals(faithful.ForegroundShare)),
            ("sampling", configuration.Sampling == faithful.Sampling),
            ("pet_peaks", !AsksForPetPeaks(keys, configuration)),
        ])
        {
            if (!isKept)
            {
                throw keys.Error(key, "contradicts 'paper_faithful: true'.");
            }
        }

        return faithful;
    }

    private static bool Choice(ConfigurationKeys keys, string key, string first, string second)
    {
        var found = keys.Word(key, first);
        return found == second || (found == first ? false : throw keys.Error(key, $"'{found}' is not known; expected {first} or {second}."));
    }

    private static GridSize Size(ConfigurationKeys keys, string key, GridSize fallback) =>
        ToSize(keys.Integers(key, [fallback.Depth, fallback.Height, fallback.Width], 3, NetworkConfiguration.SmallestAxis, 1024));

    private static GridSize ToSize(int[] axes) => new(axes[0], axes[1], axes[2]);
}
