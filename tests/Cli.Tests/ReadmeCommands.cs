using System.Diagnostics;
using Hermes.Hosting;

namespace Hermes.Cli.Tests;

/// <summary>
/// Runs the README's commands in a folder that looks as the README assumes. What they print is kept.
/// Each gets the address of a platform of the test's own appended, so that a platform that already runs here is left alone.
/// </summary>
internal sealed class ReadmeCommands : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = Loopback.FreePorts(1)[0];
    private Process? _serve;

    public ReadmeCommands() => File.CreateSymbolicLink(_folder.At("hermes"), Path.Combine(Repository.Root, "hermes"));

    /// <summary>The lines of the README's shell blocks, in order.</summary>
    public static IReadOnlyList<string> All { get; } = Read();

    public string At(string name) => _folder.At(name);

    /// <summary>Puts a file where the README assumes one.</summary>
    public void Place(string source, string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.CreateSymbolicLink(At(name), source);
    }

    /// <summary>Runs every command that needs a platform, and <c>serve</c> below them; <paramref name="more"/> gives further arguments to append.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RunAllAsync(TimeSpan patience, Func<string, string> more)
    {
        var printed = new Dictionary<string, string>();
        foreach (var command in All.Where(c => c is not ("./hermes quickstart" or "./hermes test")))
        {
            if (command == "./hermes serve")
            {
                await ServeAsync(command);
            }
            else
            {
                printed[command] = await RunAsync($"{command}{more(command)} --address 127.0.0.1:{_port}", patience);
            }
        }

        return printed;
    }

    public Task<string> RunOnPlatformAsync(string command, TimeSpan patience) => RunAsync($"{command} --address 127.0.0.1:{_port}", patience);

    /// <summary>Runs one command, which must succeed, to its end and returns its standard output.</summary>
    public async Task<string> RunAsync(string command, TimeSpan patience)
    {
        var (exitCode, output, error) = await EndAsync(command, patience);
        Assert.True(exitCode == 0, $"'{command}' ended with {exitCode}:\n{output}\n{error}");
        return output;
    }

    /// <summary>Runs one command to its end, whatever that is.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync(string command, TimeSpan patience)
    {
        using var process = Start(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        return (await process.EndAsync(patience), await output, await error);
    }

    public async ValueTask DisposeAsync()
    {
        if (_serve is not null)
        {
            using (var stop = Process.Start("kill", ["-TERM", $"{_serve.Id}"]))
            {
                await stop.EndAsync();
            }

            await _serve.EndAsync(TimeSpan.FromSeconds(60));
            _serve.Dispose();
        }

        _folder.Dispose();
    }

    private async Task ServeAsync(string command)
    {
        _serve = Start($"{command} --data-dir platform --dashboard-port {Loopback.FreePorts(1)[0]} --address 127.0.0.1:{_port}");
        // Read, or the pipe fills up.
        _ = _serve.StandardOutput.ReadToEndAsync();
        var error = _serve.StandardError.ReadToEndAsync();
        var started = Stopwatch.StartNew();
        while (true)
        {
            Assert.True(!_serve.HasExited, _serve.HasExited ? await error : "");
            using var asking = Start($"./hermes dataset list --address 127.0.0.1:{_port}");
            if (await asking.EndAsync() == 0)
            {
                return;
            }

            Assert.True(started.Elapsed < TimeSpan.FromMinutes(2), "The platform did not answer within 2 minutes.");
            await Task.Delay(200);
        }
    }

    private Process Start(string command) => Process.Start(new ProcessStartInfo("bash", ["-c", $"exec {command}"])
    {
        WorkingDirectory = _folder.Path,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static List<string> Read()
    {
        var commands = new List<string>();
        var inside = false;
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "README.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```sh";
            }
            else if (inside && line.Length > 0)
            {
                commands.Add(line);
            }
        }

        return commands;
    }
}
