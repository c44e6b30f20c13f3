using System.Diagnostics;

namespace Hermes.Tests;

/// <summary>A Python that has PyTorch; without one the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>pytorch</c>.</summary>
internal static class PyTorch
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Finds it.</summary>
    public static async Task<string> PythonAsync()
    {
        foreach (var python in (string[])["python3", "/usr/bin/python3"])
        {
            try
            {
                await RunAsync(python, "import torch");
                return python;
            }
            catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // Not this one.
            }
        }

        Requirement.Met("pytorch", false, "No python3 imports torch: the package of Debian is python3-torch.");
        return "";
    }

    /// <summary>Runs a script.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message is what it wrote to standard error.</exception>
    public static async Task<string> RunAsync(string python, string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        return await process.EndAsync(Patience) == 0 ? await output : throw new InvalidOperationException(await error);
    }
}
