using System.Diagnostics;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;

namespace Hermes.Cli.ClusterDemo;

/// <summary>The process that keeps a demonstration cluster alive in the background, as other commands see it.</summary>
internal static class DemoKeeper
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>What is up in a folder, or is starting; null when nothing is.</summary>
    public static async Task<DemoStatus?> FindAsync(string root, CancellationToken cancellationToken)
    {
        for (var from = TimeProvider.System.GetTimestamp(); IsHeld(root);)
        {
            try
            {
                return JsonSerializer.Deserialize<DemoStatus>(await File.ReadAllTextAsync(DemoFolder.StatusFileOf(root), cancellationToken), VerbOutput.JsonOptions);
            }
            catch (FileNotFoundException)
            {
                // It has begun, or ended, just now.
                if (TimeProvider.System.GetElapsedTime(from) > TurnPatience)
                {
                    throw new HermesException(
                        $"Something holds {DemoFolder.LockFileOf(root)} and does not say how it is.", root, "Find it, for example with 'fuser', and end it.");
                }

                await Task.Delay(Pause, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Starts one, and waits until all parts answer.</summary>
    /// <exception cref="HermesException">It did not start; the message is its own.</exception>
    public static async Task<DemoStatus> StartAsync(DemoFolder folder, CancellationToken cancellationToken)
    {
        var log = folder.LogOf("demo");
        await File.WriteAllTextAsync(log, "", cancellationToken);
        var run = PlatformProgram.Cli.StartInfo("cluster", "demo", "run", "--dir", folder.Root);

        // A session of its own: closing the terminal does not end it.
        var start = new ProcessStartInfo("sh", ["-c", "exec setsid \"$0\" \"$@\" >>\"$DEMO_LOG\" 2>&1 </dev/null", run.FileName, .. run.ArgumentList]);
        start.Environment["DEMO_LOG"] = log;
        using var process = Process.Start(start)!;
        try
        {
            for (var from = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, cancellationToken))
            {
                if (process.HasExited)
                {
                    throw new HermesException(Words(log, "error: ") ?? "The demonstration ended without a word.", log, Words(log, "hint:  "));
                }

                if (await FindAsync(folder.Root, cancellationToken) is { IsReady: true } up && up.ProcessId == process.Id)
                {
                    return up;
                }

                if (TimeProvider.System.GetElapsedTime(from) > StartPatience)
                {
                    throw new HermesException($"The demonstration did not start within {StartPatience.TotalMinutes:0} minutes.", log);
                }
            }
        }
        catch when (!process.HasExited)
        {
            Signals.AskToEnd(process);
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Grace.Command, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Ends it, and waits until it has ended.</summary>
    /// <exception cref="HermesException">It did not.</exception>
    public static async Task EndAsync(DemoStatus up, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.GetProcessById(up.ProcessId);
            Signals.AskToEnd(process);
        }
        catch (ArgumentException)
        {
            // It has ended meanwhile.
        }

        // Dashboard, then silos, then servers.
        var patience = 3 * Grace.Command;
        for (var from = TimeProvider.System.GetTimestamp(); IsHeld(up.Dir); await Task.Delay(Pause, cancellationToken))
        {
            if (TimeProvider.System.GetElapsedTime(from) > patience)
            {
                throw new HermesException($"The demonstration, process {up.ProcessId}, did not end within {patience.TotalSeconds:0} s.", up.Dir);
            }
        }
    }

    private static bool IsHeld(string root)
    {
        try
        {
            using var held = new FileStream(DemoFolder.LockFileOf(root), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // As every command ends that fails.
    private static string? Words(string log, string kind) =>
        Array.FindLast(File.ReadAllLines(log), line => line.StartsWith(kind, StringComparison.Ordinal))?[kind.Length..];
}
