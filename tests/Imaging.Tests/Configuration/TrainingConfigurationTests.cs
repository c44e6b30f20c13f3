using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;

namespace Hermes.Imaging.Tests.Configuration;

public sealed class TrainingConfigurationTests
{
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

    [Theory]
    [InlineData("tiny")]
    [InlineData("small")]
    [InlineData("hermes-r")]
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
    [InlineData("arch: medformer\n", 1, "arch: 'medformer' is not supported")]
    [InlineData("translate: [0, 0, 3]\n", 1, "translate: '3' is not a number in 0 to 0")]
    [InlineData("ema: false\nema_alpha: 0.5\n", 2, "ema_alpha: contradicts")]
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
}
