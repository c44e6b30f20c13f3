using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>
/// A training step is given to an accelerator, which reads it for itself: whoever reads a number back, or hands over memory that is not pinned, waits until all that was
/// given before is done. No machine of ours has an accelerator that would show it.
/// </summary>
public sealed partial class OneWayStepTests
{
    /// <summary>What reads numbers back of all that runs on devices: where, and why a step does not wait for it.</summary>
    private static readonly string[] Readers =
    [
        "src/Model/Inference/SlidingWindow.cs", // answers
        "src/Model/Runtime/ConvolutionSelfTest.cs", // before the first step
        "src/Model/Runtime/MemoryLayout.cs", // the processor's own kernels
        "src/Model/Training/FlatParameters.cs", // checkpoints, the processor's optimiser, and what devices of a run share
        "src/Model/Training/LearnedPart.cs", // the losses of several steps
        "src/Model/Training/ParityPass.cs", // before the first step
        "src/Model/Training/PosteriorMeans.cs", // validation
        "src/Model/Training/Trainer.cs", // the gradient norms of several steps
    ];

    [Fact]
    public void Nothing_of_a_step_reads_a_number_back() =>
        Assert.Equal(
            Readers,
            Lines().Where(l => ReadsBack().IsMatch(l.Text)).Select(l => l.File).Where(f => !f.StartsWith("src/Model/Priors/", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void What_a_step_is_given_comes_from_pinned_memory() =>
        Assert.DoesNotContain(Lines(), l => HandsOver().IsMatch(l.Text));

    private static IEnumerable<(string File, string Text)> Lines() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Model"), "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file)
        select (Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), line);

    [GeneratedRegex(@"\.item<|\.cpu\(\)|\.bytes\b|\.data<|\.To(Single|Double|Int32|Int64)\(\)|\.nonzero\(|masked_select\(")]
    private static partial Regex ReadsBack();

    // Values made here; zeros and the like are made there.
    [GeneratedRegex(@"\b(tensor|from_array|as_tensor)\(.*\bdevice:")]
    private static partial Regex HandsOver();
}
