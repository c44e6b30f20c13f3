using Hermes.Imaging.Configuration;
using Hermes.Imaging.Preprocessing;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Configuration;

public sealed class TrainingConfigurationTests
{
    /// <summary>What both official files say alike.</summary>
    private const string OfficialBoth =
        """
        data_root: /data/npy
        in_chan: 1
        base_chan: 32
        down_scale: [[2,2,2], [2,2,2], [2,2,2], [2,2,2]]
        kernel_size: [[3,3,3], [3,3,3], [3,3,3], [3,3,3], [3,3,3]]
        norm: in
        tn: 72
        mn: 6
        epochs: 200
        training_size: [128, 128, 128]
        start_epoch: 0
        num_workers: 2
        aug_device: 'cpu'
        dataset_name_list: ['amos_ct', 'amos_mr', 'bcv']
        dataset_classes_list: [15, 13, 13]
        split_seed: 0
        k_fold: 1
        optimizer: lamb
        base_lr: 0.002
        betas: [0.9, 0.999]
        rlt: 1
        loss_mod_weight: 0.01
        scale: [0.3, 0.3, 0.3]
        rotate: [30, 30, 30]
        translate: [0, 0, 0]
        gaussian_noise_std: 0.02
        print_freq: 5
        iter_per_epoch: 400
        ema: True
        ema_alpha: 0.99
        val_freq: 25
        sliding_window: True
        window_size: [128, 128, 128]
        world_size: 1
        proc_idx: 0
        rank: 0
        port: 10008
        dist_url: 'tcp://localhost:10008'
        dist_backend: "nccl"
        multiprocessing_distributed: true
        reproduce_seed: null

        """;

    private const string OfficialResUNet = OfficialBoth +
        """
        arch: resunet
        block: BasicBlock
        num_block: [2, 2, 2, 2]
        warmup_epoch: 5
        weight_decay: 0.00001
        """;

    private const string OfficialMedFormer = OfficialBoth +
        """
        arch: medformer
        conv_block: 'BasicBlock'
        chan_num: [64, 128, 256, 320, 256, 128, 64, 32]
        act: relu
        map_size: [4, 4, 4]
        conv_num: [2,0,0,0, 0,0,2,2]
        trans_num: [0,2,4,8, 4,2,0,0]
        num_heads: [1,4,8,10, 8,4,1,1]
        expansion: 4
        fusion_depth: 2
        fusion_dim: 320
        fusion_heads: 10
        attn_drop: 0.
        proj_drop: 0.
        proj_type: 'depthwise'
        aux_loss: True
        aux_weight: [0.5, 0.5]
        warmup_epoch: 0
        weight_decay: 0.05
        """;

    [Fact]
    public void The_published_preset_says_what_the_method_says()
    {
        var published = TrainingConfiguration.Preset("hermes-r");

        Assert.Equal(80_000, published.Steps);
        Assert.Equal(32, published.Network.BaseWidth);
        Assert.Equal(new GridSize(128, 128, 128), published.PatchSize);
        Assert.Equal(0.002, published.LearningRate);
        Assert.Equal((0.9, 0.999, 1e-5, 1e-5), (published.Beta1, published.Beta2, published.Epsilon, published.WeightDecay));
        Assert.Equal((16, 5, 25, 0.99), (published.BatchSize, published.WarmUpEpochs, published.ValidationEpochs, published.AverageDecay));
        Assert.Equal(0, published.ForegroundShare);
        Assert.Equal(0.2, published.Augmentation.IntensityFor("t2"));
        Assert.Equal(0.1, published.Augmentation.IntensityFor("ct"));
        Assert.False(published.BFloat16);
        Assert.False(published.LogTversky);
        Assert.Null(published.Network.TaskPriorDeviation);
        Assert.Null(published.Network.PrototypeHiddenWidth);
    }

    [Fact]
    public void The_published_preset_of_HermesM_says_what_the_method_says()
    {
        var published = TrainingConfiguration.Preset("hermes-m");

        Assert.Equal(NetworkConfiguration.HermesM, published.Network);
        Assert.Equal([2, 4, 8, 4, 2], published.Network.FusionBlocks.ToArray());
        Assert.Equal([4, 8, 10, 8, 4], published.Network.FusionWidths.Select(published.Network.HeadsFor));
        Assert.Equal((64, 2), (published.Network.SemanticTokens, published.Network.MapFusionBlocks));
        Assert.Equal(new DeepSupervision(0.5, 0.5), published.DeepSupervision);
        Assert.Equal((0.05, 0, 80_000), (published.WeightDecay, published.WarmUpEpochs, published.Steps));
        Assert.Null(TrainingConfiguration.Preset("hermes-r").DeepSupervision);
    }

    [Theory]
    [InlineData("hermes-r", OfficialResUNet)]
    [InlineData("hermes-m", OfficialMedFormer)]
    public void An_official_file_is_read_as_it_is(string preset, string official)
    {
        var found = TrainingConfigurationReader.Read(official, "official.yaml");

        // Beside it: how far a transform reads and the datasets' weights, which its code knows, and what bounds memory.
        var published = TrainingConfiguration.Preset(preset);
        var ours = found with
        {
            Augmentation = found.Augmentation with
            {
                Margin = new GridSize(15, 15, 15),
                DatasetIntensityProbability = published.Augmentation.DatasetIntensityProbability,
            },
            DatasetWeights = published.DatasetWeights,
            MicroBatch = 1,
            Recompute = true,
        };
        Assert.Equal(published, ours);
        Assert.Contains("dist_backend", found.KeysWithoutEffect);
    }

    [Fact]
    public void What_a_residual_network_has_no_use_for_is_not_in_its_JSON()
    {
        // An older platform reads it, and the seed of an update is made of it.
        var json = TrainingConfiguration.Preset("small").ToJson();

        Assert.DoesNotContain("architecture", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("semanticTokens", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("deepSupervision", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("microBatch", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("recompute", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("paperFaithful", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("validatedLastEpochs", json, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("datasetIntensityProbability", json, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The published numbers of training images and weights give the published probabilities.</summary>
    [Theory]
    [InlineData("hermes-r")]
    [InlineData("hermes-m")]
    public void The_published_datasets_have_their_published_weights(string preset)
    {
        (string Name, int Images, double Percent, string Modality, double Intensity)[] table =
        [
            ("amos_ct", 195, 39.88, "ct", 0.1), ("structseg_head_oar", 39, 11.52, "ct", 0.1), ("mnm", 286, 9.75, "cine", 0.2), ("autopet", 705, 8.01, "pet", 0.1),
            ("amos_mr", 38, 6.91, "mr", 0.2), ("brain_structure", 124, 5.64, "t1", 0.1), ("kits", 159, 5.42, "ct", 0.1), ("bcv", 23, 3.92, "ct", 0.1),
            ("lits", 99, 3.37, "ct", 0.1), ("structseg_oar", 38, 3.02, "ct", 0.1), ("chaos", 45, 2.56, "t2", 0.2),
        ];
        var configuration = TrainingConfiguration.Preset(preset);

        var total = table.Sum(dataset => dataset.Images * configuration.DatasetWeights[dataset.Name]);

        Assert.Equal(880.1, total, 1e-6);
        Assert.Equal(table.Length, configuration.DatasetWeights.Count);
        Assert.All(table, dataset =>
        {
            Assert.Equal(dataset.Percent, 100 * dataset.Images * configuration.DatasetWeights[dataset.Name] / total, 0.01);
            Assert.Equal(dataset.Intensity, configuration.Augmentation.IntensityFor(dataset.Name, dataset.Modality));
        });
        Assert.Equal(SamplingRule.Case, configuration.Sampling);
    }

    [Fact]
    public void Validations_follow_their_epochs_the_last_ones_and_the_end()
    {
        static IEnumerable<int> Validated(string yaml)
        {
            var configuration = TrainingConfigurationReader.Read(yaml, "a.yaml");
            return Enumerable.Range(0, configuration.Steps + 1).Where(configuration.IsValidatedAfter);
        }

        Assert.Equal([6, 12, 14, 16], Validated("epochs: 8\niter_per_epoch: 2\nval_freq: 3\nval_last: 2\nwarmup_epoch: 0\n"));
        Assert.Equal([6, 12, 16], Validated("epochs: 8\niter_per_epoch: 2\nval_freq: 3\nval_last: 0\nwarmup_epoch: 0\n"));
        Assert.Equal([4, 8, 10], Validated("steps: 10\nval_steps: 4\n"));
        var published = TrainingConfiguration.Preset("hermes-r");
        int[] epochs = [.. Enumerable.Range(0, published.Steps + 1).Where(published.IsValidatedAfter).Select(step => step / 400)];
        Assert.Equal([25, 50, 75, 100, 125, 150, 175, .. Enumerable.Range(181, 20)], epochs);
        Assert.False(published.WithSteps(40).IsValidatedAfter(30));
    }

    [Fact]
    public void The_paper_faithful_training_makes_a_step_more_in_every_epoch_and_leaves_out_what_is_ours()
    {
        var published = TrainingConfiguration.Preset("hermes-r");

        var faithful = published.PaperFaithfully();
        var small = TrainingConfiguration.Preset("small").PaperFaithfully();

        Assert.Equal(80_200, faithful.Steps);
        Assert.Equal(published with { PaperFaithful = true, OfficialPreprocessing = true, KeepsPetPeaks = false, StepsPerEpoch = 401 }, faithful);
        Assert.Equal(faithful, faithful.PaperFaithfully());
        Assert.Equal(faithful, TrainingConfiguration.FromJson(faithful.ToJson()));
        Assert.Equal(
            (800, 0.0, SamplingRule.Case, false, false, (GridSize?)new GridSize(15, 15, 15)),
            (small.Steps, small.ForegroundShare, small.Sampling, small.LogTversky, small.GaussianWindows, small.Augmentation.Margin));
        Assert.Equal(80_200, TrainingConfigurationReader.Read("paper_faithful: true\n", "a.yaml").Steps);
    }

    [Theory]
    [InlineData(8, 2, 8, 2)]
    [InlineData(8, null, 8, 1)]
    [InlineData(null, 4, 16, 4)]
    [InlineData(null, null, 16, 1)]
    public void Another_batch_keeps_how_many_are_learned_at_once(int? batch, int? microBatch, int expected, int expectedAtOnce)
    {
        var configuration = TrainingConfiguration.Preset("hermes-r").WithBatch(batch, microBatch);

        Assert.Equal((expected, expectedAtOnce), (configuration.BatchSize, configuration.AtOnce));
    }

    [Theory]
    [InlineData(0, null, "A step has 1 to 1024 patches; 0 were asked for.")]
    [InlineData(2, 3, "Of the 2 patches of a step, 1 to 2 can be learned at once; 3 were asked for.")]
    [InlineData(null, 17, "Of the 16 patches of a step, 1 to 16 can be learned at once; 17 were asked for.")]
    public void A_batch_that_cannot_be_is_refused(int? batch, int? microBatch, string refusal) =>
        Assert.Equal(refusal, Assert.Throws<ArgumentException>(() => TrainingConfiguration.Preset("hermes-r").WithBatch(batch, microBatch)).Message);

    [Theory]
    [InlineData(8, 1, 2, 2)]
    [InlineData(10, 1, 2, 2)]
    [InlineData(32, 4, 8, 10)]
    public void Heads_of_HermesM_share_a_width_out_without_a_rest(int baseWidth, params int[] heads)
    {
        var network = NetworkConfiguration.HermesM with { BaseWidth = baseWidth };

        Assert.Equal(heads, network.FusionWidths.Take(3).Select(network.HeadsFor));
        Assert.All(network.FusionWidths, width => Assert.Equal(0, width % network.HeadsFor(width)));
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("small")]
    [InlineData("small-m")]
    [InlineData("hermes-r")]
    [InlineData("hermes-m")]
    public void Every_preset_survives_its_JSON(string preset)
    {
        var configuration = TrainingConfiguration.Preset(preset);

        var back = TrainingConfiguration.FromJson(configuration.ToJson());

        Assert.Equal(configuration, back);
        Assert.Equal(configuration.ToJson(), back.ToJson());
    }

    [Theory]
    [InlineData("base_chan: 8\nbase_lrr: 0.1\n", 2, "base_lrr: unknown key")]
    [InlineData("steps: 5\nepochs: 3\n", 2, "epochs: contradicts 'steps'")]
    [InlineData("base_chan: 8\n\nwarmup_steps: 3\n", 3, "warmup_steps: needs 'steps'")]
    [InlineData("steps: 5\nwarmup_steps: 5\n", 2, "not shorter than the run")]
    [InlineData("training_size: [16, 32, 32]\n", 1, "'16' is not a whole number in 32")]
    [InlineData("training_size: [32, 32]\n", 1, "expected a list of 3 numbers")]
    [InlineData("base_lr: fast\n", 1, "base_lr: 'fast' is not a number")]
    [InlineData("base_lr: .nan\n", 1, "base_lr: '.nan' is not a number")]
    [InlineData("arch: unet\n", 1, "arch: 'unet' is not known; expected resunet or medformer")]
    [InlineData("arch: medformer\nnum_block: [2, 2, 2, 2]\n", 2, "num_block: contradicts 'arch: medformer'")]
    [InlineData("base_chan: 8\ntrans_num: [0, 2, 4, 8, 4, 2, 0, 0]\n", 2, "trans_num: contradicts 'arch: resunet'")]
    [InlineData("arch: medformer\ntrans_num: [2, 2, 4, 8, 4, 2, 0, 0]\n", 2, "trans_num: only the second to the sixth")]
    [InlineData("arch: medformer\nconv_num: [2, 0, 0, 0, 0, 0, 3, 2]\n", 2, "conv_num: expected")]
    [InlineData("arch: medformer\nbase_chan: 8\nchan_num: [64, 128, 256, 320, 256, 128, 64, 32]\n", 3, "chan_num: with 'base_chan: 8' only 16, 32, 64, 80, 64, 32, 16, 8")]
    [InlineData("arch: medformer\nnum_heads: [1, 8, 8, 10, 8, 8, 1, 1]\n", 2, "num_heads: with 'base_chan: 32' only 1, 4, 8, 10, 8, 4, 1, 1")]
    [InlineData("arch: medformer\nfusion_dim: 256\n", 2, "fusion_dim: with 'base_chan: 32' only 320")]
    [InlineData("arch: medformer\naux_loss: False\n", 2, "aux_loss: 'False' is not supported")]
    [InlineData("arch: medformer\nattn_drop: 0.1\n", 2, "attn_drop: '0.1' is not a number in 0 to 0")]
    [InlineData("translate: [0, 0, 3]\n", 1, "translate: '3' is not a number in 0 to 0")]
    [InlineData("ema: false\nema_alpha: 0.5\n", 2, "ema_alpha: contradicts")]
    [InlineData("batch_size: 4\nmicro_batch: 5\n", 2, "micro_batch: '5' is not a whole number in 1 to 4")]
    [InlineData("steps: 5\nval_last: 3\n", 2, "val_last: contradicts 'steps'")]
    [InlineData("paper_faithful: true\nforeground: 0.5\n", 2, "foreground: contradicts 'paper_faithful: true'")]
    [InlineData("sampling: dataset\npaper_faithful: true\n", 1, "sampling: contradicts 'paper_faithful: true'")]
    [InlineData("tversky: log\npaper_faithful: true\n", 1, "tversky: contradicts 'paper_faithful: true'")]
    [InlineData("window_weights: gaussian\npaper_faithful: true\n", 1, "window_weights: contradicts 'paper_faithful: true'")]
    [InlineData("window_overlap: 0.25\npaper_faithful: true\n", 1, "window_overlap: contradicts 'paper_faithful: true'")]
    [InlineData("paper_faithful: true\npet_peaks: kept\n", 2, "pet_peaks: contradicts 'paper_faithful: true'")]
    [InlineData("pet_peaks: kept\npreprocessing: official\n", 1, "pet_peaks: contradicts 'preprocessing: official'")]
    [InlineData("pet_peaks: cut\n", 1, "pet_peaks: 'cut' is not known; expected kept or clipped")]
    [InlineData("dataset_intensity_prob: {a: 2}\n", 1, "dataset_intensity_prob: '2' is not a number in 0 to 1")]
    [InlineData("precision: fp8\n", 1, "expected fp32 or bf16")]
    [InlineData("tversky: exp\n", 1, "expected plain or log")]
    [InlineData("prototype_hidden: 0\n", 1, "prototype_hidden: '0' is not a whole number in 1")]
    [InlineData("prior_deviation: 0\n", 1, "prior_deviation: '0' is not a number")]
    [InlineData("base_chan: 8\n  broken: [\n", 2, "not YAML")]
    [InlineData("- a\n- b\n", 1, "expected one mapping")]
    [InlineData("base_chan: 8\nbase_chan: 9\n", 2, "not YAML")]
    [InlineData("a: &x 1\nb: *x\n", 1, "aliases are not accepted")]
    public void A_bad_key_is_named_with_its_line(string yaml, int line, string complaint)
    {
        var error = Assert.Throws<ConfigurationException>(() => TrainingConfigurationReader.Read(yaml, "my.yaml"));

        Assert.Equal(line, error.Line);
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("my.yaml, line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Official_keys_about_machines_are_accepted_and_listed()
    {
        var configuration = TrainingConfigurationReader.Read("data_root: /somewhere\ntn: 72\nbase_chan: 16\n", "official.yaml");

        Assert.Equal(["data_root", "tn"], configuration.KeysWithoutEffect.ToArray());
        Assert.Equal(16, configuration.Network.BaseWidth);
    }

    [Fact]
    public void Another_number_of_steps_stretches_the_schedule()
    {
        var small = TrainingConfiguration.Preset("small").WithSteps(12);

        Assert.Equal(12, small.Steps);
        Assert.True(small.WarmUpEpochs <= 3);
        Assert.Throws<ArgumentOutOfRangeException>(() => small.WithSteps(0));
    }

    [Fact]
    public void The_plan_holds_a_patch_and_a_window()
    {
        var configuration = TrainingConfigurationReader.Read("training_size: [32, 64, 32]\nwindow_size: [48, 32, 32]\ntarget_spacing: [3, 2, 1]\n", "a.yaml");

        Assert.Equal(new GridSize(48, 64, 32), configuration.Plan().MinimumSize);
        Assert.Equal(3, configuration.Plan().Spacing.Depth);
    }

    [Theory]
    [InlineData("tiny", "97f7c77530074ec0b8dac2f2c27e4681a729080c414a514f8e8bbb0ed8928d68")]
    [InlineData("small", "d7f0afc28ddfa68612fe59241298dff883cbad88b437118fb792ef06f14bc63c")]
    [InlineData("small-m", "d7f0afc28ddfa68612fe59241298dff883cbad88b437118fb792ef06f14bc63c")]
    [InlineData("hermes-r", "5549702f22836c0df08aa800e87e0d7a5db7d0642ab01ce7f5ed8a4b3dcd63ea")]
    [InlineData("hermes-m", "5549702f22836c0df08aa800e87e0d7a5db7d0642ab01ce7f5ed8a4b3dcd63ea")]
    public void Presets_keep_peaks_of_PET_and_their_JSON_from_before_reads_to_the_plan_that_it_had(string preset, string digestBefore)
    {
        var configuration = TrainingConfiguration.Preset(preset);
        var before = TrainingConfiguration.FromJson(configuration.ToJson().Replace(",\"keepsPetPeaks\":true", "", StringComparison.Ordinal));

        Assert.Equal(digestBefore, before.Plan().Digest);
        Assert.DoesNotContain("keepsPetPeaks", before.ToJson(), StringComparison.Ordinal);
        Assert.Equal(IntensityRule.Percentiles, before.Plan().RuleOf("pet"));
        Assert.Equal(IntensityRule.Peaks, configuration.Plan().RuleOf("pet"));
        Assert.All(["ct", "t1", "mr", "unknown"], modality => Assert.Equal(before.Plan().RuleOf(modality), configuration.Plan().RuleOf(modality)));
        Assert.Equal(before.Plan(), configuration.Plan() with { Modalities = before.Plan().Modalities });
    }

    [Theory]
    [InlineData("pet_peaks: clipped\n", "5549702f22836c0df08aa800e87e0d7a5db7d0642ab01ce7f5ed8a4b3dcd63ea")]
    [InlineData("preprocessing: official\n", "814910bcde0f8fc7cc4d2a559a5016d5665a8e4563d3c9b529e5bcb13f5b553d")]
    [InlineData("pet_peaks: clipped\npreprocessing: official\n", "814910bcde0f8fc7cc4d2a559a5016d5665a8e4563d3c9b529e5bcb13f5b553d")]
    [InlineData("paper_faithful: true\n", "814910bcde0f8fc7cc4d2a559a5016d5665a8e4563d3c9b529e5bcb13f5b553d")]
    public void PET_is_clipped_as_published_where_a_file_says_so(string yaml, string plan) =>
        Assert.Equal(plan, TrainingConfigurationReader.Read(yaml, "a.yaml").Plan().Digest);
}
