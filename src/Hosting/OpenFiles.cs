using System.Globalization;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting;

/// <summary>How many files a process may hold open: the platform's programs are hundreds of libraries, and a connection is a file too.</summary>
public static class OpenFiles
{
    /// <summary>What a silo needs, its clients included; the smallest number that distributions set.</summary>
    public const int Needed = 1024;

    private const string Limits = "/proc/self/limits";

    /// <summary>The most this process and its children may hold; the runtime raises the lower, soft limit to it.</summary>
    public static long Limit()
    {
        // Max open files            1024                 1048576              files
        var line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal)) : null;
        var numbers = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return numbers is [_, var hard, ..] && long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
    }

    /// <summary>Refuses to begin what would break later.</summary>
    /// <exception cref="HermesException">The limit is too low.</exception>
    public static void Require()
    {
        if (Limit() is var limit and < Needed)
        {
            throw new HermesException($"The platform needs {Needed} open files; {limit} are allowed here.", hint: Advice);
        }
    }

    /// <summary>How the limit is raised.</summary>
    public static string Advice { get; } = $"Raise the limit with 'ulimit -n {Needed}' (in a service file, LimitNOFILE={Needed}), then repeat the command.";
}
