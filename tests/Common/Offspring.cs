using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Hermes.Tests;

/// <summary>The processes that this test process started, and those that they started.</summary>
internal static class Offspring
{
    /// <summary>The variable they all inherit. Its value names this process; whatever becomes of parents and groups, it stays.</summary>
    private const string Mark = "HERMES_TEST_HOST";

    // Lives as long as this process: a read of its standard input ends when the system closes the other end.
    private const string Reaper =
        """
        trap '' INT TERM HUP
        read -r nothing
        for pass in 1 2 3; do
          for process in /proc/[0-9]*; do
            if grep -qzxF "$1" "$process/environ" 2>/dev/null; then kill -KILL "${process#/proc/}" 2>/dev/null; fi
          done
        done
        """;

    private static Process? _reaper;

    private static string Marked { get; } = $"{Mark}={Environment.ProcessId}-{Guid.NewGuid():n}";

    /// <summary>From now on, whatever is started here is killed when this process ends, also when it is killed itself.</summary>
    public static void DiesWithThisProcess()
    {
        if (_reaper is not null || !OperatingSystem.IsLinux())
        {
            return;
        }

        var start = new ProcessStartInfo("sh", ["-c", Reaper, "reaper", Marked]) { RedirectStandardInput = true };
        start.Environment.Remove(Mark);
        _reaper = Process.Start(start);
        Environment.SetEnvironmentVariable(Mark, Marked[(Mark.Length + 1)..]);
    }

    /// <summary>Those that run .NET and live, by their numbers.</summary>
    public static IEnumerable<int> OfDotNet() =>
        Inheriting(Marked).Where(process => Read($"/proc/{process}/comm").Trim() is "dotnet" or ".NET TP Worker");

    /// <summary>Those that live and were started with this variable, a <c>NAME=VALUE</c>, or by one that was: also those that left their parents.</summary>
    public static IEnumerable<int> Inheriting(string variable) =>
        from directory in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : []
        where int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out _)
        where Read(Path.Combine(directory, "environ")).Split('\0').Contains(variable)
        select int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture);

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
