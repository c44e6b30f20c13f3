using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Processes that were sent SIGSTOP, and are sent SIGCONT at the end.</summary>
internal sealed class HeldProcesses : IDisposable
{
    private const nuint BytesToRead = 0x541B; // FIONREAD

    private readonly IReadOnlyList<int> _processes;

    public HeldProcesses(IReadOnlyList<int> processes)
    {
        Assert.NotEmpty(processes);
        _processes = processes;
        Signal("-STOP");
    }

    /// <summary>Those that were sent something on their standard input and cannot read it.</summary>
    public IEnumerable<int> WithOrders() => _processes.Where(HasInput);

    public void Dispose() => Signal("-CONT");

    private static bool HasInput(int process)
    {
        using var input = File.OpenHandle($"/proc/{process}/fd/0");
        return Ioctl(input, BytesToRead, out var waiting) == 0 && waiting > 0;
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, .. _processes.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        Assert.True(kill.WaitForExit(TimeSpan.FromSeconds(30)));
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(SafeHandle file, nuint request, out int answer);
}
