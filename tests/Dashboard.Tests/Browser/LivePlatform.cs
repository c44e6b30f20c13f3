using System.Diagnostics;
using System.Globalization;
using Hermes.Client;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests.Browser;

/// <summary>A real silo and a real dashboard in processes of their own; both keep their addresses when they are started again.</summary>
public sealed class LivePlatform : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly string _dataDirectory;
    private readonly int _port = Loopback.FreePorts(1)[0];
    private Process? _silo;
    private Process? _dashboard;

    public LivePlatform()
    {
        Address = Loopback.FreeAddress();
        _dataDirectory = _folder.At("data");
    }

    private LivePlatform(LivePlatform other) => (Address, _dataDirectory) = (other.Address, other._dataDirectory);

    /// <summary>Where the silo answers.</summary>
    public string Address { get; }

    /// <summary>Where the pages are.</summary>
    public Uri Pages => new($"http://127.0.0.1:{_port}/");

    /// <summary>A link that lets one browser in, once.</summary>
    public Uri Entry => new(Pages, $"{AccessToken.EntryPath}?code={AccessToken.Read(TokenFile).SignEntry(TimeProvider.System.GetUtcNow())}");

    /// <summary>Somebody who was let in and has no browser.</summary>
    public async Task<HttpClient> EnterAsync()
    {
        var http = new HttpClient { BaseAddress = Pages };
        using var entered = await http.GetAsync(Entry);
        entered.EnsureSuccessStatusCode();
        return http;
    }

    /// <summary>What the dashboard's process has of this machine's memory now, in MB.</summary>
    public double DashboardMegabytes
    {
        get
        {
            _dashboard!.Refresh();
            return _dashboard.WorkingSet64 / 1e6;
        }
    }

    private string TokenFile => Path.Combine(_dataDirectory, AccessToken.FileName);

    public Task InitializeAsync() => Task.WhenAll(StartSiloAsync(), StartDashboardAsync());

    /// <summary>A dashboard of the same silo that has shown nothing yet, in a process of its own.</summary>
    public async Task<LivePlatform> AnotherDashboardAsync()
    {
        var other = new LivePlatform(this);
        await other.StartDashboardAsync();
        return other;
    }

    public async Task DisposeAsync()
    {
        await KillDashboardAsync();
        await KillSiloAsync();
    }

    public void Dispose() => _folder.Dispose();

    public Task<HermesClient> ConnectAsync() => HermesClient.ConnectAsync(Address);

    public async Task StartSiloAsync()
    {
        var start = PlatformProgram.Silo.StartInfo("--data-dir", _dataDirectory, "--address", Address, "--ingest-workers", "1", "--threads", "1");
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _silo = Process.Start(start)!;
        var errors = _silo.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        var ready = await _silo.StandardOutput.ReadLineAsync(patience.Token);
        Assert.True(ready is not null, ready is null ? await errors : "");
    }

    public async Task StartDashboardAsync()
    {
        var port = _port.ToString(CultureInfo.InvariantCulture);
        _dashboard = Process.Start(DashboardProcess.StartInfo("--port", port, "--address", Address, "--token-file", TokenFile))!;
        _dashboard.ErrorDataReceived += (_, _) => { };
        _dashboard.BeginErrorReadLine();
        Assert.Equal(Pages, await DashboardProcess.UpAsync(_dashboard.StandardOutput));
    }

    public Task KillSiloAsync() => KillAsync(ref _silo);

    public Task KillDashboardAsync() => KillAsync(ref _dashboard);

    private static Task KillAsync(ref Process? process)
    {
        var doomed = process;
        process = null;
        return EndAsync(doomed);

        static async Task EndAsync(Process? doomed)
        {
            if (doomed is not null)
            {
                await doomed.EndByForceAsync();
                doomed.Dispose();
            }
        }
    }
}
