using Hermes.Imaging.Configuration;
using Hermes.Imaging.Volumes;
using Hermes.Model.Runtime;

namespace Hermes.Benchmarks;

/// <summary>All benchmarks.</summary>
internal static class Catalogue
{
    private static readonly GridSize Cube = new(64, 64, 64);

    public static IReadOnlyList<Benchmark> All { get; } = [.. Steps(), .. Presets(), .. Answers(), .. Priors(), Import];

    private static Benchmark Import => new(
        "import/hermes-r",
        "a full-size checkpoint of PyTorch made a package of / its bytes read and copied",
        2,
        () => new ImportBench(import: true),
        () => new ImportBench(import: false));

    private static IEnumerable<Benchmark> Steps()
    {
        foreach (var width in new[] { 8, 16 })
        {
            foreach (var precision in Enum.GetValues<ConvolutionPrecision>())
            {
                yield return new Benchmark(
                    $"step/base{width}/{precision}",
                    "training step (64 cubed, batch 2) / its bare convolutions in the best layout",
                    1.5,
                    () => new StepBench(Configuration(width, Cube), precision),
                    () => new ConvolutionBench(new NetworkConfiguration { BaseWidth = width }, Cube, 2, precision, backward: true));
            }

            yield return new Benchmark(
                $"naive/base{width}",
                "the step in plain operations, channels first, separate shortcut, float32 / our step, float32",
                null,
                () => new NaiveStepBench(width, 64, 2),
                () => new StepBench(Configuration(width, Cube), ConvolutionPrecision.Full));
        }
    }

    private static IEnumerable<Benchmark> Presets()
    {
        foreach ((var preset, var aim) in new[] { ("tiny", 1.8), ("small", 1.4), ("small-m", 1.4) })
        {
            var configuration = TrainingConfiguration.Preset(preset);
            foreach (var precision in Enum.GetValues<ConvolutionPrecision>())
            {
                yield return new Benchmark(
                    $"step/{preset}/{precision}",
                    "training step of the preset / its bare convolutions in the best layout",
                    aim,
                    () => new StepBench(configuration, precision),
                    () => new ConvolutionBench(configuration.Network, configuration.PatchSize, configuration.BatchSize, precision, backward: true));
                yield return new Benchmark(
                    $"pipeline/{preset}/{precision}",
                    "24 steps with the real data pipeline / the same steps on batches made beforehand",
                    1.05,
                    () => new PipelineBench(configuration, precision, 24),
                    () => new StepBench(configuration, precision, 24));
                yield return new Benchmark(
                    $"wait/{preset}/{precision}",
                    "what 24 steps with the real data pipeline wait for their batches / 24 such steps",
                    0.03,
                    () => new PipelineBench(configuration, precision, 24, countsWaiting: true),
                    () => new PipelineBench(configuration, precision, 24));
            }
        }
    }

    private static IEnumerable<Benchmark> Priors()
    {
        foreach (var tasks in new[] { 100, 1000 })
        {
            yield return new Benchmark(
                $"priors/{tasks}",
                "similarities, trees, maps and tests of the priors of all tasks / the similarities alone",
                null,
                () => new PriorBench(tasks, analyse: true),
                () => new PriorBench(tasks, analyse: false));
        }
    }

    private static IEnumerable<Benchmark> Answers()
    {
        foreach (var precision in Enum.GetValues<ConvolutionPrecision>())
        {
            yield return new Benchmark(
                $"answer/base8/{precision}",
                "forward without gradients (64 cubed, batch 2, 16 tokens) / its bare convolutions",
                null,
                () => new AnswerBench(8, precision, Cube, 2),
                () => new ConvolutionBench(new NetworkConfiguration { BaseWidth = 8 }, Cube, 2, precision, backward: false));
            yield return new Benchmark(
                $"windows/base8/{precision}",
                "a volume of 72 x 96 x 96 by sliding window / the network on its distinct windows, back to back",
                1.1,
                () => new WindowBench(whole: true, precision),
                () => new WindowBench(whole: false, precision));
            yield return new Benchmark(
                $"together/base8/{precision}",
                "four prompt groups asked together (64 cubed, batch 2) / one after the other",
                null,
                () => new TogetherBench(together: true, precision, Cube, 2),
                () => new TogetherBench(together: false, precision, Cube, 2));
        }
    }

    private static TrainingConfiguration Configuration(int width, GridSize patch)
    {
        var tiny = TrainingConfiguration.Preset("tiny");
        return tiny with { Network = tiny.Network with { BaseWidth = width }, PatchSize = patch, BatchSize = 2 };
    }
}
