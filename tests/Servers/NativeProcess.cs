using System.Diagnostics;
using Hermes.Hosting;

namespace Hermes.Tests;

/// <summary>A server's program and whatever it starts, found by a variable that they inherit: some of them leave their parent.</summary>
/// <param name="folder">Where it works; its words go into the file <c>log</c> there.</param>
internal sealed class NativeProcess(string folder)
{
    private const string Mark = "HERMES_TEST_SERVER";

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private Process? _process;

    public bool HasEnded => _process!.HasExited;

    /// <summary>The processes that live.</summary>
    public IReadOnlyList<int> Living() => [.. Offspring.Inheriting($"{Mark}={folder}")];

    /// <summary>The last that it said.</summary>
    public string Words() => string.Join('\n', File.ReadLines(Path.Combine(folder, "log")).TakeLast(40));

    /// <summary>Starts a program.</summary>
    public void Start(IEnumerable<string> command, IEnumerable<(string Name, string Value)> settings)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$0\" \"$@\" >>log 2>&1 </dev/null", .. command]) { WorkingDirectory = folder };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        start.Environment[Mark] = folder;
        _process = Process.Start(start);
    }

    /// <summary>Asks them to end, and kills them when they do not.</summary>
    public async Task EndAsync()
    {
        if (_process is { HasExited: false } process)
        {
            Signals.AskToEnd(process);
            await process.WaitForExitAsync().WaitAsync(EndPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillAsync();
    }

    /// <summary>Kills them all.</summary>
    public async Task KillAsync()
    {
        var killed = new HashSet<int>();
        for (var clock = Stopwatch.StartNew(); killed.Where(HoldsOn).Union(Living()).ToList() is { Count: > 0 } living; await Task.Delay(20))
        {
            Assert.True(clock.Elapsed < EndPatience, $"Processes of the server live on: {string.Join(", ", living)}");
            foreach (var id in living)
            {
                Kill(id);
                killed.Add(id);
            }
        }

        _process?.Dispose();
        _process = null;
    }

    // A process that is ending has given back its memory, and with it the variable, before it closes its sockets.
    private static bool HoldsOn(int id)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{id}/task").Any(task => !File.ReadLines($"{task}/status").Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal)));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended with its parent.
        }
    }
}
