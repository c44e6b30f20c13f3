using Hermes.Model.Runtime;

namespace Hermes.Benchmarks;

/// <summary>All benchmarks. What needs training or inference is added here by a method that yields its lines.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Benchmark> All { get; } = [.. Steps(), .. Answers()];

    private static IEnumerable<Benchmark> Steps()
    {
        foreach (int width in new[] { 8, 16 })
        {
            foreach (ConvolutionPrecision precision in Enum.GetValues<ConvolutionPrecision>())
            {
                yield return new Benchmark(
                    $"step/base{width}/{precision}",
                    "training step (64 cubed, batch 2) / its bare convolutions in the best layout",
                    1.7,
                    repeats =>
                    {
                        using var step = new StepBench(width, precision);
                        using var bare = new ConvolutionBench(width, 64, 2, precision, backward: true);
                        return Interleaved.Measure(repeats, step.Run, bare.Run);
                    });
            }
            yield return new Benchmark(
                $"naive/base{width}",
                "the step in plain operations, channels first, separate shortcut, float32 / our step, float32",
                null,
                repeats =>
                {
                    using var step = new StepBench(width, ConvolutionPrecision.Full);
                    using var naive = new NaiveStepBench(width, 64, 2);
                    return Interleaved.Measure(repeats, naive.Run, step.Run);
                });
        }
    }

    private static IEnumerable<Benchmark> Answers()
    {
        foreach (ConvolutionPrecision precision in Enum.GetValues<ConvolutionPrecision>())
        {
            yield return new Benchmark(
                $"answer/base8/{precision}",
                "forward without gradients (64 cubed, batch 2, 16 tokens) / its bare convolutions",
                null,
                repeats =>
                {
                    using var answer = new AnswerBench(8, precision);
                    using var bare = new ConvolutionBench(8, 64, 2, precision, backward: false);
                    return Interleaved.Measure(repeats, answer.Run, bare.Run);
                });
        }
    }
}
