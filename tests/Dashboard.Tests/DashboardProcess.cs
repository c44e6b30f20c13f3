using System.Diagnostics;
using System.Net;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests;

/// <summary>The real dashboard in a process of its own, with an address at which nobody answers.</summary>
public sealed class DashboardProcess : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private Process? _process;

    public DashboardProcess() => Http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies });

    /// <summary>An address that no platform has.</summary>
    public string Address { get; } = Loopback.FreeAddress();

    /// <summary>What the dashboard knows a browser by that was let in.</summary>
    public CookieContainer Cookies { get; } = new();

    /// <summary>A browser that was let in.</summary>
    public HttpClient Http { get; }

    /// <summary>The access token that the dashboard was given.</summary>
    public AccessToken Token { get; private set; } = null!;

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
        var token = AccessToken.NewText();
        _process = Process.Start(StartInfo("--port", "0", "--address", Address, "--token-file", _folder.File("token", token)))!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        Http.BaseAddress = await UpAsync(_process.StandardOutput);
        Token = AccessToken.Of(token)!;
        using var entered = await Http.GetAsync($"{AccessToken.EntryPath}?code={Token.SignEntry(TimeProvider.System.GetUtcNow())}");
        entered.EnsureSuccessStatusCode();
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
        _folder.Dispose();
        Http.Dispose();
    }
}
