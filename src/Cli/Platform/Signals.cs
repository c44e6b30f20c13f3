using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hermes.Cli.Platform;

/// <summary>Asks a process to end, as an operating system does.</summary>
internal static class Signals
{
    private const int Terminate = 15;

    /// <summary>Sends SIGTERM where there are signals.</summary>
    public static void AskToEnd(Process process)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process.Id, Terminate);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
