using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hermes.Hosting;

/// <summary>What a terminal or a service manager sends to processes.</summary>
public static class Signals
{
    private const int Terminate = 15;

    /// <summary>Asks a process to end, where there are signals.</summary>
    public static void AskToEnd(Process process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (!OperatingSystem.IsWindows())
        {
            _ = Kill(process.Id, Terminate);
        }
    }

    /// <summary>
    /// Passes over, until disposed, what is sent to every process of a terminal at once: it is meant for the program that started this one, which ends
    /// it in good order; dying of it would lose what was not saved.
    /// </summary>
    public static IDisposable Ignore() => new Ignored(
    [
        .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
            .Select(signal => PosixSignalRegistration.Create(signal, received => received.Cancel = true)),
    ]);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private sealed class Ignored(IReadOnlyList<PosixSignalRegistration> registrations) : IDisposable
    {
        public void Dispose() => registrations.ToList().ForEach(r => r.Dispose());
    }
}
