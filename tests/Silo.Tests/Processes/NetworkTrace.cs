using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Hermes.Silo.Tests.Processes;

/// <summary>
/// Watches with <c>strace</c> whom programs and all their children talk to: every system call that can name a peer is seen,
/// also those of native libraries and those that fail.
/// </summary>
internal sealed partial class NetworkTrace(string folder)
{
    private int _programs;

    /// <summary>Skips the test where there is no <c>strace</c> that may trace, or fails it where HERMES_TEST_REQUIRE names it.</summary>
    public static async Task RequireAsync() => Requirement.Met("strace", await IsThereAsync(), "strace is missing or may not trace.");

    /// <summary>The same program, watched.</summary>
    public ProcessStartInfo Of(string program, params IEnumerable<string> arguments) => new(
        "strace",
        [
            "-f", "-qq", "--seccomp-bpf", "-s", "0", "-e", "signal=none", "-e", "trace=connect,sendto,sendmsg,sendmmsg",
            "-o", Path.Combine(folder, $"{++_programs}.strace"), program, .. arguments,
        ])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    /// <summary>How many connections to this machine were seen: a trace that saw none proves nothing.</summary>
    public int ConnectionsToLoopback() => Lines().Count(l => l.Contains("connect(", StringComparison.Ordinal) && Internet().IsMatch(l) && IsLoopback(l));

    /// <summary>Every attempt to reach something beyond this machine or to resolve a name, a line each.</summary>
    public IReadOnlyList<string> Foreign() => [.. Lines().Where(l => (Internet().IsMatch(l) && !IsLoopback(l)) || Resolver().IsMatch(l)).Distinct(StringComparer.Ordinal)];

    private static async Task<bool> IsThereAsync()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo("strace", ["-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            return await probe.EndAsync() == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static bool IsLoopback(string line) => Loopback().IsMatch(line) && !line.Contains("htons(53)", StringComparison.Ordinal);

    private IEnumerable<string> Lines() => Directory.EnumerateFiles(folder, "*.strace").SelectMany(File.ReadLines);

    [GeneratedRegex("sa_family=AF_(?!UNIX|NETLINK|UNSPEC)")]
    private static partial Regex Internet();

    [GeneratedRegex("""inet_addr\("127\.|"::1"|"::ffff:127\.""")]
    private static partial Regex Loopback();

    // A name may also be asked of a service of this machine. One that is not there answered nothing: the C library tries nscd
    // for users too, and for a name it goes on to port 53, which is seen.
    [GeneratedRegex("AF_UNIX.*(nscd|resolve|mdns|avahi)(?!.*ENOENT)")]
    private static partial Regex Resolver();
}
