using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace Hermes.Tests;

/// <summary>
/// Ends a test project in which a test hangs: names the test, writes down where its process and its children stand, and
/// kills the process. xunit's own time-outs end the waiting for a test, not the test.
/// </summary>
internal sealed class TestWatch : LongLivedMarshalByRefObject, IMessageSink
{
    private const int LongFactor = 6;

    private static readonly TimeSpan StackPatience = TimeSpan.FromSeconds(30);

    private readonly IMessageSink _tests;
    private readonly ConcurrentDictionary<Guid, UnderWay> _collections = new();
    private readonly TimeSpan _testLimit = Limit("HERMES_TEST_LIMIT", 600);
    private readonly TimeSpan _projectLimit = Limit("HERMES_TEST_PROJECT_LIMIT", 3 * 3600);
    private readonly Stopwatch _project = Stopwatch.StartNew();
    private readonly ManualResetEventSlim _isOver = new();

    public TestWatch(IMessageSink tests)
    {
        _tests = tests;
        if (!Debugger.IsAttached)
        {
            new Thread(Watch) { IsBackground = true, Name = "test watch" }.Start();
        }
    }

    public bool OnMessage(IMessageSinkMessage message)
    {
        switch (message)
        {
            case ITestAssemblyFinished:
                _isOver.Set();
                break;
            case ITestCollectionFinished finished:
                _collections.TryRemove(finished.TestCollection.UniqueID, out _);
                break;
            case ITestStarting test:
                var isLong = test.TestCase.Traits.TryGetValue("Length", out var lengths) && lengths.Contains("Long");
                _collections[test.TestCollection.UniqueID] = new UnderWay(test.Test.DisplayName, isLong ? LongFactor * _testLimit : _testLimit);
                break;
            case ITestFinished or ITestCollectionStarting or ITestClassStarting or ITestClassFinished:
                var collection = ((ITestCollectionMessage)message).TestCollection;
                _collections[collection.UniqueID] = new UnderWay($"What the tests of '{collection.DisplayName}' share", _testLimit);
                break;
        }

        return _tests.OnMessage(message);
    }

    private static TimeSpan Limit(string variable, int seconds) =>
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var given) ? given : seconds);

    private void Watch()
    {
        while (!_isOver.Wait(TimeSpan.FromMilliseconds(250)))
        {
            var hung = _collections.Values.Where(c => c.Clock.Elapsed > c.Limit).ToList();
            if (hung.Count == 0 && _project.Elapsed < _projectLimit)
            {
                continue;
            }

            var sentences = hung.Count > 0
                ? hung.Select(h => $"{h.Name} did not end within {h.Limit.TotalSeconds:0} s.")
                : _collections.Values.Select(c => $"The project did not end within {_projectLimit.TotalSeconds:0} s; {c.Name} is under way.");
            End(string.Join('\n', sentences));
        }
    }

    private static void End(string sentences)
    {
        try
        {
            Console.Error.WriteLine($"{sentences} {Tell(sentences)}");
        }
        finally
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
        }
    }

    /// <summary>Writes what hangs and our own part of where it stands into one file, every stack into another.</summary>
    private static string Tell(string sentences)
    {
        var folder = Environment.GetEnvironmentVariable("HERMES_TEST_RESULTS") ?? Path.GetTempPath();
        var file = Path.Combine(folder, $"{typeof(TestWatch).Assembly.GetName().Name}.hang");
        var (told, all) = (new StringBuilder($"{sentences}\n"), new StringBuilder());
        foreach (var process in Offspring.OfDotNet().Prepend(Environment.ProcessId))
        {
            var stacks = Stacks(process);
            all.Append(CultureInfo.InvariantCulture, $"Process {process}: {CommandLine(process)}\n{stacks}\n");
            told.Append(CultureInfo.InvariantCulture, $"Process {process}: {CommandLine(process)}\n{Own(stacks)}");
        }

        File.WriteAllText(file + ".stacks", all.ToString());
        File.WriteAllText(file, $"{told}All stacks are in {file}.stacks.\n");
        return $"Where it stood is in {file}.";
    }

    /// <summary>The threads that pass through our own code, down to where a test framework called it.</summary>
    private static string Own(string stacks)
    {
        var own = new StringBuilder();
        foreach (var thread in stacks.Split("\n\n").Where(t => t.Contains("!Hermes.", StringComparison.Ordinal) && !t.Contains(nameof(TestWatch), StringComparison.Ordinal)))
        {
            var frames = thread.Split('\n').TakeWhile(f => !f.Contains("xunit.", StringComparison.Ordinal)).Where(
                f => f.Trim().Length > 0 && !f.Contains("MethodBuilder", StringComparison.Ordinal));
            own.AppendJoin('\n', frames).Append('\n');
        }

        return own.ToString();
    }

    private static string CommandLine(int process) => File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ').Trim();

    /// <summary>Where the managed threads of a process stand.</summary>
    private static string Stacks(int process)
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "run", "dotnet-stack", "report", "--process-id", process.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var tool = Process.Start(start)!;
        var text = new StringBuilder();
        tool.OutputDataReceived += (_, line) => text.AppendLine(line.Data);
        tool.ErrorDataReceived += (_, line) => text.AppendLine(line.Data);
        tool.BeginOutputReadLine();
        tool.BeginErrorReadLine();
        if (!tool.WaitForExit(StackPatience))
        {
            tool.Kill();
            return "Its stacks did not come.";
        }

        tool.WaitForExit();
        return tool.ExitCode == 0 ? text.ToString() : $"No stacks; the tool that shows them is fetched by 'dotnet tool restore': {text}";
    }

    private sealed record UnderWay(string Name, TimeSpan Limit)
    {
        public Stopwatch Clock { get; } = Stopwatch.StartNew();
    }
}
