using Hermes.Imaging.Configuration;
using Hermes.Model.Checkpoints;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using Hermes.Model.Training;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Training;

[Collection(TorchCollection.Name)]
public sealed class TrainingLanesTests
{
    private const ulong Seed = 5;

    [Theory]
    [InlineData("fp32", 4, "resunet")]
    [InlineData("bf16", 2, "resunet")]
    [InlineData("bf16", 5, "resunet")]
    [InlineData("bf16", 4, "medformer")]
    public void Lanes_give_the_same_bits_on_one_thread_and_on_two(string precision, int batch, string architecture)
    {
        var configuration = PreparedCases.Configuration($"arch: {architecture}\nprecision: {precision}\n").WithSteps(2) with { BatchSize = batch };
        using var cases = new PreparedCases(configuration);
        var threads = get_num_threads();
        try
        {
            string[] digests = [.. new[] { 1, 2 }.Select(count =>
            {
                set_num_threads(count);
                using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
                trainer.Train(new TrainingHooks());
                trainer.Save(cases.File($"threads {count}"));
                return ModelPackage.Publish(cases.File($"threads {count}"), cases.File($"threads {count}.package")).Sha256;
            })];
            Assert.Equal(digests[0], digests[1]);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Theory]
    [InlineData("resunet", "fp32", false)]
    [InlineData("resunet", "bf16", false)]
    [InlineData("medformer", "fp32", false)]
    [InlineData("resunet", "fp32", true)]
    public void Stages_that_are_computed_again_give_the_same_bits(string architecture, string precision, bool frozenEncoder)
    {
        var configuration = PreparedCases.Configuration($"arch: {architecture}\nprecision: {precision}\n") with { BatchSize = 2 };
        using var cases = new PreparedCases(configuration);
        using var generator = new Generator(Seed);
        using var network = HermesNetwork.Create(configuration.Network, PreparedCases.Vocabulary, generator);
        network.Precision = precision == "bf16" ? ConvolutionPrecision.Mixed : ConvolutionPrecision.Full;
        if (frozenEncoder)
        {
            network.FreezeEncoder();
        }

        var batch = new PatchBatches(configuration, cases.Datasets, Seed).Make(0);
        var parameters = new FlatParameters(network.NamedParameters());
        byte[] Gradients(bool recompute)
        {
            using var scope = NewDisposeScope();
            using var lanes = new TrainingLanes(new PromptedNetwork(network), parameters, configuration with { Recompute = recompute }, CPU, configuration.BatchSize);
            lanes.Learn(batch, Range.All);
            return [.. network.NamedParameters().SelectMany(p => (p.Gradient() ?? zeros(p.Shape)).contiguous().bytes.ToArray())];
        }

        Assert.Equal(Gradients(false), Gradients(true));
    }

    [Theory]
    [InlineData("fp32", 1)]
    [InlineData("bf16", 2)]
    public void Gradients_of_a_batch_add_up_however_few_samples_are_learned_at_once(string precision, int microBatch)
    {
        var configuration = PreparedCases.Configuration($"precision: {precision}\n") with { BatchSize = 4 };
        using var cases = new PreparedCases(configuration);
        double[] Losses(TrainingConfiguration configuration)
        {
            using var trainer = new Trainer(configuration, PreparedCases.Vocabulary, cases.Datasets, Seed, "run");
            return [.. Enumerable.Range(0, 3).Select(_ => trainer.Step()).SelectMany(step => (double[])[step.Loss, step.GradientNorm])];
        }

        var whole = Losses(configuration);
        var parts = Losses(configuration with { MicroBatch = microBatch });

        Assert.All(whole.Zip(parts), pair => Assert.Equal(pair.First, pair.Second, (precision == "bf16" ? 0.05 : 1e-3) * Math.Abs(pair.First)));
    }

    [Theory]
    [InlineData("resunet")]
    [InlineData("medformer")]
    public void Lanes_compute_the_gradients_of_the_whole_batch(string architecture)
    {
        var configuration = PreparedCases.Configuration($"arch: {architecture}\n") with { BatchSize = 5 };
        using var cases = new PreparedCases(configuration);
        // Two lanes, of three samples and of two, that ask different numbers of tasks, one of them of unknown modality: the means are over all of it.
        var batches = new PatchBatches(configuration, cases.Datasets, Seed);
        var batch = Enumerable.Range(0, 50).Select(batches.Make).First(b => b.Samples[0].Tasks.Length != b.Samples[1].Tasks.Length);
        using var generator = new Generator(Seed);
        using var network = HermesNetwork.Create(configuration.Network, PreparedCases.Vocabulary, generator);
        var parameters = new FlatParameters(network.NamedParameters());

        using var scope = NewDisposeScope();
        var tensors = BatchTensors.From(batch, configuration.PatchSize, network.Priors.Vocabulary, CPU);
        var output = network.Forward(tensors.Images, tensors.Prompt, auxiliary: true);
        var loss = Segmentation(output.MaskLogits);
        if (output.AuxiliaryLogits is { } coarse)
        {
            loss = 0.5 * loss + 0.5 * Segmentation(coarse);
        }

        var modality = Losses.Modality(output.ModalityLogits!, tensors.Modalities, tensors.AnyModality);
        (loss + (modality * configuration.ModalityLossWeight)).backward();
        double segmentation = loss.item<float>();
        Tensor[] whole = [.. network.NamedParameters().Select(p => p.Gradient() ?? zeros(p.Shape))];

        using var lanes = new TrainingLanes(new PromptedNetwork(network), parameters, configuration, CPU, configuration.BatchSize);
        var learned = lanes.Learn(batch, Range.All);
        var numbers = learned.Read();

        Assert.Equal(segmentation, numbers.Segmentation, 1e-4);
        Assert.Equal(modality.item<float>(), numbers.Modality, 1e-4);
        Assert.Equal(Losses.Recognised(output.ModalityLogits!, tensors.Modalities).item<long>(), numbers.Recognised);
        Assert.True(learned.Forward > TimeSpan.Zero && learned.Backward > TimeSpan.Zero);
        foreach ((var parameter, var expected) in network.NamedParameters().Zip(whole))
        {
            var found = parameter.Gradient() ?? zeros(parameter.Shape);
            double size = expected.norm().item<float>(), difference = (found - expected).norm().item<float>();
            Assert.True(difference <= (1e-3 * size) + 1e-7, $"{parameter.Name}: {difference} of {size}");
        }

        Tensor Segmentation(Tensor logits)
        {
            (var crossEntropy, var tversky) = Losses.Segmentation(logits, tensors.Targets, tensors.Valid);
            return crossEntropy + tversky;
        }
    }
}
