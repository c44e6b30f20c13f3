using System.Diagnostics;
using System.Globalization;
using System.Text;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Servers;

/// <summary>
/// A running server and whatever it started, found by a variable that they inherit: some of them leave their parent. They end with this process, however
/// that ends. What they say goes into the file <c>log</c> of the server's folder.
/// </summary>
public sealed class ServerProcess : IChildProcess
{
    private const string Mark = "HERMES_SERVER";
    private const int WordsKept = 40;

    // Lives as long as the one who started it: a read of its standard input ends when the system closes the other end. Data are saved if there is time.
    private const string Reaper =
        """
        trap '' INT TERM HUP
        read -r nothing
        for signal in TERM KILL KILL; do
          for process in /proc/[0-9]*; do
            if grep -qzxF "$1" "$process/environ" 2>/dev/null; then kill -$signal "${process#/proc/}" 2>/dev/null && found=yes; fi
          done
          [ -n "$found" ] || exit
          found=
          sleep 10
        done
        """;

    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly string _folder;
    private readonly Process _process;
    private readonly Process _reaper;

    private ServerProcess(string folder, Process process, Process reaper) => (_folder, _process, _reaper) = (folder, process, reaper);

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server that is prepared.</summary>
    public static ServerProcess Start(LocalServer server)
    {
        ArgumentNullException.ThrowIfNull(server);

        // Each start has its own, so that what ends the last one leaves the next alone.
        var mark = $"{server.Folder}:{Guid.NewGuid():n}";
        var reaper = new ProcessStartInfo("sh", ["-c", Reaper, "reaper", $"{Mark}={mark}"]) { RedirectStandardInput = true };
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$0\" \"$@\" >>log 2>&1 </dev/null", .. server.Command]) { WorkingDirectory = server.Folder };
        foreach (var (name, value) in server.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment[Mark] = mark;
        return new ServerProcess(server.Folder, Process.Start(start)!, Process.Start(reaper)!);
    }

    /// <summary>The processes of the server of a folder that live.</summary>
    public static IReadOnlyList<int> Living(string folder) =>
    [
        .. from directory in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : []
           where int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _)
           where Read(Path.Combine(directory, "environ")).Split('\0').Any(variable => variable.StartsWith($"{Mark}={folder}:", StringComparison.Ordinal))
           select int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture),
    ];

    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public string? LastWords() => File.Exists(Path.Combine(_folder, "log")) ? string.Join('\n', File.ReadLines(Path.Combine(_folder, "log")).TakeLast(WordsKept)) : null;

    /// <summary>Asks it to end, and kills what does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.AskToEnd(_process);
            await _process.WaitForExitAsync().WaitAsync(EndPatience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillAsync();
    }

    /// <summary>Kills them all, without a word.</summary>
    /// <exception cref="HermesException">They live on.</exception>
    public async Task KillAsync()
    {
        var killed = new HashSet<int>();
        for (var from = TimeProvider.System.GetTimestamp(); killed.Where(HoldsOn).Union(Living(_folder)).ToList() is { Count: > 0 } living; await Task.Delay(20))
        {
            if (TimeProvider.System.GetElapsedTime(from) > EndPatience)
            {
                throw new HermesException($"Processes of the server in {_folder} live on: {string.Join(", ", living)}.");
            }

            foreach (var id in living)
            {
                Kill(id);
                killed.Add(id);
            }
        }

        _process.Dispose();
        _reaper.Kill();
        _reaper.Dispose();
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

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file, Encoding.Latin1);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
