using System.Diagnostics;

namespace Hermes.Architecture.Tests;

/// <summary><c>./hermes test</c> as a person runs it.</summary>
public sealed class TestCommandTests
{
    [Fact]
    public async Task A_hanging_test_is_named_with_where_it_stands_and_ends_with_its_child()
    {
        using var folder = new TemporaryFolder();
        var start = Command("Architecture", "--filter", $"FullyQualifiedName~{nameof(HangingTest)}", "--no-build", "--results", folder.At("results"));
        start.Environment[HangingTest.Variable] = folder.At("child");
        start.Environment["HERMES_TEST_LIMIT"] = "2";

        var (exitCode, output) = await RunAsync(start);

        Assert.Equal(1, exitCode);
        Assert.Contains($"{typeof(HangingTest).FullName}.{nameof(HangingTest.It_waits_for_what_never_comes)} did not end within 2 s.", output, StringComparison.Ordinal);
        Assert.Contains($"{nameof(HangingTest)}.{nameof(HangingTest.It_waits_for_what_never_comes)}()", output, StringComparison.Ordinal);
        Assert.EndsWith("\n0 passed, 1 failed, 0 skipped\n", output, StringComparison.Ordinal);
        var child = await File.ReadAllTextAsync(folder.At("child"));
        for (var clock = Stopwatch.StartNew(); Directory.Exists($"/proc/{child}"); await Task.Delay(50))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), "The child of the hanging test lives on.");
        }
    }

    [Fact]
    [Trait("Length", "Long")]
    public async Task A_project_that_takes_too_long_is_ended_and_the_test_under_way_is_named()
    {
        using var folder = new TemporaryFolder();
        var start = Command("Architecture", "--filter", $"FullyQualifiedName~{nameof(HangingTest)}", "--no-build", "--results", folder.At("results"));
        start.Environment[HangingTest.Variable] = folder.At("child");
        start.Environment["HERMES_TEST_PROJECT_LIMIT"] = "2";

        var (exitCode, output) = await RunAsync(start);

        Assert.Equal(1, exitCode);
        Assert.Contains($"The project did not end within 2 s; {typeof(HangingTest).FullName}.", output, StringComparison.Ordinal);
        Assert.EndsWith("\n0 passed, 1 failed, 0 skipped\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_does_not_know_is_said()
    {
        var (exitCode, output) = await RunAsync(Command("Nowhere"));

        Assert.Equal(2, exitCode);
        Assert.Equal("error: './hermes test' does not know 'Nowhere'.\nhint:  ./hermes test --help\n", output);
    }

    private static ProcessStartInfo Command(params IEnumerable<string> arguments) =>
        new("bash", ["-c", "exec \"$0\" test \"$@\" 2>&1", Path.Combine(Repository.Root, "hermes"), .. arguments]) { RedirectStandardOutput = true };

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start)
    {
        using var command = Process.Start(start)!;
        var output = command.StandardOutput.ReadToEndAsync();
        return (await command.EndAsync(), await output);
    }
}
