using System.Diagnostics;

namespace Hermes.Tests;

/// <summary>Waits for a process, never for ever.</summary>
internal static class ProcessEnd
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Waits until a process has ended by itself; one that does not is killed with its children.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It did not end; the message names it.</exception>
    public static async Task<int> EndAsync(this Process process, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            var what = $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}";
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"Process {process.Id} did not end within {(patience ?? Patience).TotalSeconds:0} s: {what}");
        }
    }

    /// <summary>SIGKILL, with its children.</summary>
    public static async Task EndByForceAsync(this Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.EndAsync();
    }
}
