using System.Text.RegularExpressions;

namespace Hermes.Architecture.Tests;

/// <summary>No test waits for a process for ever.</summary>
public sealed partial class BoundedWaitTests
{
    [Fact]
    public void Every_wait_for_a_process_has_a_limit()
    {
        var unbounded =
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            where !file.Contains("/Benchmarks/", StringComparison.Ordinal) && Path.GetFileName(file) is not (nameof(ProcessEnd) + ".cs" or nameof(TestWatch) + ".cs")
            from line in File.ReadLines(file).Index()
            where Unbounded().IsMatch(line.Item)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}";

        Assert.Empty(unbounded);
    }

    [GeneratedRegex(@"\.WaitForExit(Async)?\(\s*\)(?!\.WaitAsync)")]
    private static partial Regex Unbounded();
}
