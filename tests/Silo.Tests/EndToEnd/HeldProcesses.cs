using System.Runtime.InteropServices;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Processes that were sent SIGSTOP, and are sent SIGCONT at the end.</summary>
internal sealed class HeldProcesses : IDisposable
{
    private const nuint BytesToRead = 0x541B; // FIONREAD
    private const int Stop = 19; // SIGSTOP
    private const int Continue = 18; // SIGCONT

    private readonly IReadOnlyList<int> _processes;

    public HeldProcesses(IReadOnlyList<int> processes)
    {
        Assert.NotEmpty(processes);
        _processes = processes;
        Signal(Stop);
    }

    /// <summary>Those that were sent something on their standard input and cannot read it.</summary>
    public IEnumerable<int> WithOrders() => _processes.Where(HasInput);

    public void Dispose() => Signal(Continue);

    private static bool HasInput(int process)
    {
        using var input = File.OpenHandle($"/proc/{process}/fd/0");
        return Ioctl(input, BytesToRead, out var waiting) == 0 && waiting > 0;
    }

    // One that has ended meanwhile hears nothing.
    private void Signal(int signal)
    {
        foreach (var process in _processes)
        {
            _ = Kill(process, signal);
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(SafeHandle file, nuint request, out int answer);
}
