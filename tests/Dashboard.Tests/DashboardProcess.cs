using System.Diagnostics;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests;

/// <summary>The real dashboard in a process of its own, with an address at which nobody answers.</summary>
public sealed class DashboardProcess : IAsyncLifetime, IDisposable
{
    private Process? _process;

    /// <summary>An address that no platform has.</summary>
    public string Address { get; } = Loopback.FreeAddress();

    public HttpClient Http { get; } = new();

    public static ProcessStartInfo StartInfo(params IEnumerable<string> arguments)
    {
        var start = PlatformProgram.Dashboard.StartInfo(arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return start;
    }

    /// <summary>The address in the line that the dashboard writes when it is up.</summary>
    public static async Task<Uri> UpAsync(StreamReader output)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await output.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("Dashboard at ", StringComparison.Ordinal))
            {
                return new Uri(line.Split(' ')[2]);
            }
        }

        throw new EndOfStreamException("The dashboard ended before it was up.");
    }

    public async Task InitializeAsync()
    {
        _process = Process.Start(StartInfo("--port", "0", "--address", Address))!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Http.BaseAddress = await UpAsync(_process.StandardOutput);
    }

    public async Task DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.EndByForceAsync();
        }
    }

    public void Dispose()
    {
        _process?.Dispose();
        Http.Dispose();
    }
}
