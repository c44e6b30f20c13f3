using System.Net;
using System.Net.Sockets;
using System.Text;
using Hermes.Grains.Interfaces.Access;
using Hermes.Hosting;

namespace Hermes.Dashboard.Tests.Security;

public sealed class TrustedProxyTests(ProxyDashboard site) : IClassFixture<ProxyDashboard>
{
    private const string Upload = "/uploads?name=scan.nii.gz&length=1000";

    [Theory]
    [InlineData("staff", HttpStatusCode.Forbidden)]
    [InlineData("choir, radiology", HttpStatusCode.OK)]
    public async Task Who_the_proxy_says_is_asking_has_the_role_of_their_groups(string groups, HttpStatusCode mayUpload)
    {
        using var proxy = site.Dashboard.Browser(ProxyDashboard.Proxy);

        using var page = await AskAsync(proxy, HttpMethod.Get, "/", ("X-User", "anna"), ("X-Groups", groups));
        using var upload = await AskAsync(proxy, HttpMethod.Post, Upload, ("X-User", "anna"), ("X-Groups", groups));

        Assert.Equal((HttpStatusCode.OK, mayUpload), (page.StatusCode, upload.StatusCode));
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("anna <span class=\"hermes-quiet\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Sign out", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/dashboard.css")]
    [InlineData("/_blazor")]
    public async Task Who_has_no_role_is_told_so_and_sees_nothing(string path)
    {
        using var proxy = site.Dashboard.Browser(ProxyDashboard.Proxy);

        using var page = await AskAsync(proxy, HttpMethod.Get, path, ("X-User", "anna"), ("X-Groups", "choir"));

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.Contains("none of your groups may look at this platform", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_say_under_the_same_headers_is_not_believed()
    {
        using var other = site.Dashboard.Browser("127.0.0.4");
        (string, string)[] forged = [("X-User", "anna"), ("X-Groups", "it")];
        (string, string)[] secure = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "hermes.example.org"), ("Origin", "https://hermes.example.org"), .. forged];

        using var page = await AskAsync(other, HttpMethod.Get, "/", forged);
        using var relayed = await AskAsync(other, HttpMethod.Get, "/", [.. forged, ("X-Forwarded-For", ProxyDashboard.Proxy)]);
        using var sent = await AskAsync(other, HttpMethod.Post, Upload, secure);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (page.StatusCode, relayed.StatusCode, sent.StatusCode));

        using var proxy = site.Dashboard.Browser(ProxyDashboard.Proxy);
        using var believed = await AskAsync(proxy, HttpMethod.Post, Upload, secure);
        Assert.Equal(HttpStatusCode.OK, believed.StatusCode);
    }

    [Theory]
    [InlineData("X-User: anna\r\nX-User: it\r\nX-Groups: staff", "401")]
    [InlineData("X-User: it, anna\r\nX-Groups: staff", "401")]
    [InlineData("X-User: anna\r\nX-Groups: it\r\nX-Groups: staff", "401")]
    [InlineData("X-User: anna\r\nX-Groups: staff", "200")]
    [InlineData("X-Groups: staff", "401")]
    [InlineData("X-User: anna", "403")]
    public async Task A_header_that_came_twice_is_believed_of_nobody(string headers, string status)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(ProxyDashboard.Proxy), 0));
        await socket.ConnectAsync(IPAddress.Loopback, site.Dashboard.Pages.Port);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /dashboard.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n\r\n"));
        using var reader = new StreamReader(stream);

        Assert.StartsWith($"HTTP/1.1 {status} ", await reader.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_the_pages_is_refused_of_a_proxy_too()
    {
        using var proxy = site.Dashboard.Browser(ProxyDashboard.Proxy);

        using var page = await AskAsync(proxy, HttpMethod.Get, "/", ("X-User", "anna"), ("X-Groups", "staff"), ("Host", "evil.example"));

        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
    }

    [Fact]
    public async Task Nobody_may_do_more_than_the_token_of_the_dashboard()
    {
        await using var dashboard = await ProxyDashboard.StartAsync(new Bearer("pages", Role.Viewer, "1"), "--port", "0");
        using var proxy = dashboard.Browser(ProxyDashboard.Proxy);

        using var page = await AskAsync(proxy, HttpMethod.Get, "/", ("X-User", "anna"), ("X-Groups", "it"));
        using var upload = await AskAsync(proxy, HttpMethod.Post, Upload, ("X-User", "anna"), ("X-Groups", "it"));

        Assert.Contains("anna <span class=\"hermes-quiet\">viewer</span>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, upload.StatusCode);
    }

    [Fact]
    public async Task Pages_for_other_machines_may_have_a_certificate_of_their_own()
    {
        using var folder = new TemporaryFolder();
        var authority = new CertificateAuthority(folder.Path, TimeProvider.System);
        authority.Create();
        var certificate = authority.Issue("pages", ["hermes.example.org"]).File;
        await using var dashboard = await ProxyDashboard.StartAsync(Bearer.Platform, "--listen", "0.0.0.0:0", "--page-certificate-file", certificate);
        using var proxy = dashboard.Browser(ProxyDashboard.Proxy);
        using var other = dashboard.Browser();

        using var page = await AskAsync(proxy, HttpMethod.Get, "/", ("Host", "hermes.example.org"), ("X-User", "anna"), ("X-Groups", "staff"));
        using var stranger = await AskAsync(other, HttpMethod.Get, "/", ("Host", "hermes.example.org"));

        Assert.Equal("https", dashboard.Pages.Scheme);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (page.StatusCode, stranger.StatusCode));
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient from, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await from.SendAsync(request);
    }
}
