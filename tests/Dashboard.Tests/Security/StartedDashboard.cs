using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests.Security;

/// <summary>The real dashboard in a process of its own, told who may come; no platform answers it.</summary>
internal sealed class StartedDashboard : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private StartedDashboard(Bearer bearer, IEnumerable<string> arguments)
    {
        var text = AccessToken.NewText();
        Token = AccessToken.Of(text)!.Derive(bearer);
        var file = _folder.File("token", Token.IsPlatform ? text : Token.ToText());
        _process = Process.Start(DashboardProcess.StartInfo(["--address", Loopback.FreeAddress(), "--token-file", file, .. arguments]))!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    public AccessToken Token { get; }

    public Uri Pages { get; private set; } = null!;

    public static async Task<StartedDashboard> StartAsync(Bearer bearer, params IEnumerable<string> arguments)
    {
        var started = new StartedDashboard(bearer, arguments);
        started.Pages = await DashboardProcess.UpAsync(started._process.StandardOutput);
        return started;
    }

    /// <summary>A browser, or a proxy, at an address of this machine.</summary>
    public HttpClient Browser(string from = "127.0.0.1", CookieContainer? cookies = null, bool follows = true)
    {
        var handler = new SocketsHttpHandler
        {
            CookieContainer = cookies ?? new CookieContainer(),
            AllowAutoRedirect = follows,
            ConnectCallback = async (connection, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        return new HttpClient(handler) { BaseAddress = Pages };
    }

    public async ValueTask DisposeAsync()
    {
        await _process.EndByForceAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
