using System.Diagnostics;
using System.Net.Sockets;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Servers;

/// <summary>
/// A server that the platform works with and that is not ours, as a program of this machine: it listens on loopback only, keeps everything below a folder
/// of its own, and runs as the user who starts it.
/// </summary>
/// <param name="name">What people call it.</param>
/// <param name="folder">Where it keeps everything.</param>
public abstract class LocalServer(string name, string folder)
{
    public string Name { get; } = name;

    public string Folder { get; } = folder;

    /// <summary>What starts it.</summary>
    public abstract IReadOnlyList<string> Command { get; }

    /// <summary>What it is told in its environment.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> Environment => [];

    /// <summary>Makes what it needs, unless it is there.</summary>
    /// <exception cref="HermesException">It cannot be made.</exception>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Whether it takes connections.</summary>
    public abstract Task<bool> AnswersAsync(CancellationToken cancellationToken);

    /// <summary>A file or folder of its own.</summary>
    protected string At(string name) => Path.Combine(Folder, name);

    /// <summary>The first of the folders that holds the program, else those of PATH; null where it is not installed.</summary>
    protected static string? FolderOf(string program, IEnumerable<string> folders) => !OperatingSystem.IsLinux() ? null :
        folders.Concat((System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, program)));

    protected static async Task<bool> ConnectsAsync(int port, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Runs a program that prepares something.</summary>
    /// <exception cref="HermesException">It did not do it; the message is its own.</exception>
    protected static async Task RunAsync(IReadOnlyList<string> command, string? input, TimeSpan patience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HermesException($"{string.Join(' ', command)} did not end within {patience.TotalSeconds:0} s.", ended);
        }

        if (process.ExitCode != 0)
        {
            throw new HermesException($"{string.Join(' ', command)}: {string.Join('\n', await said).Trim()}");
        }
    }
}
