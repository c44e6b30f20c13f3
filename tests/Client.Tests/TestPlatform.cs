using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Hermes.Client.Tests;

/// <summary>A silo with the test's own grains and the HTTP endpoint of a platform; can be taken down and brought up again elsewhere.</summary>
internal sealed class TestPlatform : IAsyncDisposable
{
    private readonly HttpListener _http = new();
    private readonly Task _serving;
    private readonly ConcurrentDictionary<string, byte[]> _parts = new();
    private IHost? _silo;
    private int _lives;

    private TestPlatform(int port)
    {
        Address = $"127.0.0.1:{port}";
        _http.Prefixes.Add($"http://{Address}/");
        _http.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    /// <summary>What the blob endpoint holds, by digest.</summary>
    public ConcurrentDictionary<string, byte[]> Blobs { get; } = new();

    public int Puts => _puts;

    /// <summary>What datasets were asked, with the number of blobs that had been sent by then.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>How often a segmentation was asked for.</summary>
    public int Questions { get; set; }

    /// <summary>How many of the next downloads are cut off in their middle.</summary>
    public int CutDownloads { get; set; }

    /// <summary>How many of the next uploads are cut off in their middle.</summary>
    public int CutUploads { get; set; }

    /// <summary>How many bytes each upload and download was to have.</summary>
    public ConcurrentQueue<long> Sizes { get; } = new();

    private int _puts;

    /// <summary>What the silo was told; null where it is of a version that does not say.</summary>
    public ConfigReport? Settings { get; set; }

    public IReadOnlyList<PlatformTrouble> Troubles { get; set; } = [];

    public PlatformDescription? Description { get; set; }

    public static async Task<TestPlatform> StartAsync()
    {
        var platform = new TestPlatform(Loopback.FreePorts(1)[0]);
        await platform.StartSiloAsync();
        return platform;
    }

    public async Task StartSiloAsync()
    {
        var gateway = Loopback.FreePorts(1)[0];
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(this);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(Loopback.FreePorts(1)[0], gateway, null, "test", "test");
            silo.Configure<SiloMessagingOptions>(options => options.ClientDropTimeout = TimeSpan.FromSeconds(5));
        });
        _silo = builder.Build();
        await _silo.StartAsync();
        Description = new PlatformDescription("1", "local", $"127.0.0.1:{gateway}", "test", "test", "/nowhere", 1000 + ++_lives);
    }

    /// <summary>Takes the silo away without letting it say goodbye.</summary>
    public async Task KillSiloAsync()
    {
        Description = null;
        if (_silo is { } silo)
        {
            _silo = null;
            await silo.StopAsync(new CancellationToken(canceled: true));
            silo.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillSiloAsync();
        _http.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (_http.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _http.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                await AnswerAsync(context);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException)
            {
                context.Response.Abort();
            }
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        if (path == "/platform")
        {
            if (Description is null)
            {
                context.Response.Abort();
                return;
            }

            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Description, JsonSerializerOptions.Web));
            return;
        }

        if (path == "/platform/settings")
        {
            context.Response.StatusCode = Settings is null ? 404 : 200;
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Settings, JsonSerializerOptions.Web));
            return;
        }

        if (path == "/platform/troubles")
        {
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Troubles, JsonSerializerOptions.Web));
            return;
        }

        if (path == "/health/ready")
        {
            // As a proxy before a silo that is gone.
            context.Response.StatusCode = 502;
            await context.Response.OutputStream.WriteAsync("<h1>Bad gateway</h1>"u8.ToArray());
            return;
        }

        var digest = path["/blobs/".Length..];
        if (context.Request.HttpMethod == "PUT")
        {
            await TakeAsync(context, digest);
            return;
        }

        var from = context.Request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        var held = Blobs[digest][from..];
        context.Response.StatusCode = from == 0 ? 200 : 206;
        context.Response.ContentLength64 = held.Length;
        Sizes.Enqueue(held.Length);
        if (CutDownloads > 0)
        {
            CutDownloads--;
            await context.Response.OutputStream.WriteAsync(held.AsMemory(0, held.Length / 2));
            await context.Response.OutputStream.FlushAsync();
            context.Response.Abort();
            return;
        }

        await context.Response.OutputStream.WriteAsync(held);
    }

    private async Task TakeAsync(HttpListenerContext context, string digest)
    {
        var range = context.Request.Headers["Content-Range"];
        var part = _parts.GetValueOrDefault(digest, []);
        if (range?.Contains('*', StringComparison.Ordinal) == true)
        {
            await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { received = part.Length }));
            return;
        }

        using var bytes = new MemoryStream();
        await bytes.WriteAsync(range is null ? [] : part);
        Sizes.Enqueue(context.Request.ContentLength64);
        if (CutUploads > 0)
        {
            CutUploads--;
            var half = new byte[context.Request.ContentLength64 / 2];
            await context.Request.InputStream.ReadExactlyAsync(half);
            _parts[digest] = [.. bytes.ToArray(), .. half];
            context.Response.StatusCode = 503;
            return;
        }

        await context.Request.InputStream.CopyToAsync(bytes);
        Blobs[digest] = bytes.ToArray();
        Interlocked.Increment(ref _puts);
    }
}
