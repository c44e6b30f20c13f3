using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Hermes.Silo.Tests.Processes;

/// <summary>The real silo in a process of its own.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly Task<string> _errors;
    private IHost? _client;

    private SiloProcess(Process process, string address, string tokenFile, TlsFiles? tls)
    {
        TokenFile = tokenFile;
        _process = process;
        Address = address;
        _errors = process.StandardError.ReadToEndAsync();
        Http = new HttpClient(new Signing(TokenFile, tls)) { BaseAddress = new Uri($"{(tls is null ? "http" : "https")}://{address}/") };
    }

    public string Address { get; }

    public string TokenFile { get; }

    public HttpClient Http { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What it says of failures, until it ends.</summary>
    public Task<string> Errors => _errors;

    public static string FreeAddress() => Loopback.FreeAddress();

    /// <summary>Starts a silo and waits until it says that it is ready.</summary>
    public static Task<SiloProcess> StartAsync(string dataDirectory, params string[] more) => StartAsync(PlatformProgram.Silo.Find(), dataDirectory, more);

    /// <summary>Starts a silo that was built somewhere and waits until it says that it is ready.</summary>
    public static async Task<SiloProcess> StartAsync(string program, string dataDirectory, string[] more, IReadOnlyDictionary<string, string>? environment = null)
    {
        var silo = Launch(program, dataDirectory, more, environment);
        using var patience = new CancellationTokenSource(Patience);
        var ready = await silo._process.StandardOutput.ReadLineAsync(patience.Token);
        Assert.True(ready is not null, ready is null ? await silo._errors : "");
        Assert.StartsWith($"hermes-silo is ready at {silo.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)}", ready, StringComparison.Ordinal);
        return silo;
    }

    /// <summary>Runs a silo that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Start(PlatformProgram.Silo.Find(), arguments);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        return (await process.EndAsync(Patience), await output, await errors);
    }

    public Task<PlatformDescription?> DescribeAsync() => Http.GetFromJsonAsync<PlatformDescription>("platform");

    /// <summary>A client of this silo's actors, which may do what they may.</summary>
    public async Task<IGrainFactory> ConnectAsync()
    {
        var platform = (await DescribeAsync())!;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(IPEndPoint.Parse(platform.Gateway));
            client.Configure<ClientConnectionOptions>(o => o.ConfigureConnection(connection => connection.Use(next => async opened =>
            {
                Assert.True(await AccessToken.Read(TokenFile).EnterAsync(opened.Transport));
                await next(opened);
            })));
            client.AddOutgoingGrainCallFilter(async call =>
            {
                RequestContext.Set(AccessToken.CallKey, AccessToken.Read(TokenFile).SignSilo(TimeProvider.System.GetUtcNow()));
                await call.Invoke();
            });
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (platform.ClusterId, platform.ServiceId));
        });
        _client = builder.Build();
        await _client.StartAsync();
        return _client.Services.GetRequiredService<IGrainFactory>();
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.EndAsync(Patience);
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        return await _process.EndAsync(Patience);
    }

    public Task<int> CloseInputAsync()
    {
        _process.StandardInput.Close();
        return _process.EndAsync(Patience);
    }

    /// <summary>Waits until it has ended; the exit code.</summary>
    public Task<int> EndAsync() => _process.EndAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        if (_client is not null)
        {
            using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
            try
            {
                await _client.StopAsync(atOnce.Token);
            }
            catch (OperationCanceledException)
            {
                // The silo is gone; there is nobody to say goodbye to.
            }

            _client.Dispose();
        }

        _process.Dispose();
    }

    private static SiloProcess Launch(string program, string dataDirectory, string[] more, IReadOnlyDictionary<string, string>? environment)
    {
        var address = Value("--address") ?? FreeAddress();
        var process = Start(program,
        [
            "--data-dir", dataDirectory, "--ingest-workers", "1", .. Unless("--address", address), .. Unless("--threads", "1"), .. more,
        ],
        environment);
        return new SiloProcess(
            process,
            address,
            Value("--token-file") ?? Path.Combine(dataDirectory, AccessToken.FileName),
            TlsFiles.Of(Value(TlsFileOptions.Certificate), Value(TlsFileOptions.Authority)));

        string? Value(string option) => more.SkipWhile(word => word != option).Skip(1).FirstOrDefault();
        string[] Unless(string option, string value) => more.Contains(option) ? [] : [option, value];
    }

    private static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Requests of one who has the token.</summary>
    private sealed class Signing(string tokenFile, TlsFiles? tls) : DelegatingHandler(Sockets(tls))
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var signature = AccessToken.Read(tokenFile).Sign(request.Method.Method, request.RequestUri!.PathAndQuery, TimeProvider.System.GetUtcNow());
            request.Headers.Authorization = new AuthenticationHeaderValue(AccessToken.Scheme, signature);
            return base.SendAsync(request, cancellationToken);
        }

        private static SocketsHttpHandler Sockets(TlsFiles? tls)
        {
            var sockets = new SocketsHttpHandler();
            if (tls is not null)
            {
                TlsIdentity.Read(tls, TimeProvider.System.GetUtcNow()).Enter(sockets.SslOptions);
            }

            return sockets;
        }
    }
}
