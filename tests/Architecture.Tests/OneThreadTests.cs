using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>
/// The tensor work of an order stays on one thread of the worker, that of a training sample on its lane's, and random generators belong to the run
/// (rule 6 of ARCHITECTURE.md).
/// </summary>
public sealed partial class OneThreadTests
{
    /// <summary>What leaves the thread that executes orders, and touches no tensor there.</summary>
    private static readonly string[] OtherThreads =
    [
        "src/Model/Training/BatchPrefetch.cs", // cuts patches out of memory-mapped files
        "src/Imaging/Packages/DigestedFile.cs", // takes the digest of a file that is written
        "src/Worker/Protocol/CommandReader.cs", // reads standard input
        "src/Worker/Protocol/Pulse.cs", // tells what the executing thread is at
    ];

    /// <summary>The one kind of thread that does tensor work beside it, and who may use it.</summary>
    private const string TensorThread = "src/Model/Runtime/TensorThread.cs";
    private const string TensorThreadUser = "src/Model/Training/TrainingLanes.cs";

    [Fact]
    public void Nothing_of_the_science_and_the_worker_awaits_or_starts_a_thread_beside_those_that_touch_no_tensor() =>
        Assert.Equal(
            OtherThreads.Append(TensorThread).Order(StringComparer.Ordinal),
            Lines().Where(l => LeavesTheThread().IsMatch(l.Text)).Select(l => l.File).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Samples_are_learned_beside_each_other_and_nothing_else_is() =>
        Assert.Equal([TensorThreadUser], Lines().Where(l => l.Text.Contains("new TensorThread(", StringComparison.Ordinal)).Select(l => l.File).Distinct());

    [Fact]
    public void Those_threads_know_no_tensor() =>
        Assert.DoesNotContain(Lines(), l => OtherThreads.Contains(l.File) && TensorWord().IsMatch(l.Text));

    [Fact]
    public void Every_random_number_comes_from_a_generator_that_was_handed_over() =>
        Assert.DoesNotContain(Lines(), l => Draws().IsMatch(l.Text) && !l.Text.Contains("generator", StringComparison.Ordinal));

    private static IEnumerable<(string File, string Text)> Lines() =>
        from room in new[] { "Imaging", "Model", "Worker" }
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", room), "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file)
        select (Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), line);

    [GeneratedRegex(@"\bawait\b|\basync\b|Task\.Run|new Thread\(|ThreadPool|new Timer\(")]
    private static partial Regex LeavesTheThread();

    [GeneratedRegex(@"\bTensor\b|\btorch\b|TorchSharp")]
    private static partial Regex TensorWord();

    [GeneratedRegex(@"manual_seed|\bdropout\(|\b(rand|randn|randint|randperm|rand_like|randn_like|normal|bernoulli|multinomial)\(|\.(normal_|uniform_|random_|bernoulli_|kaiming_normal_|kaiming_uniform_|trunc_normal_)\(")]
    private static partial Regex Draws();
}
