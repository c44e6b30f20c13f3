using System.Net;
using System.Net.WebSockets;

namespace Hermes.Dashboard.Tests;

/// <summary>What pages of others may make a browser ask, and what a name that points here from outside reaches: nothing.</summary>
public sealed class OwnOriginTests(DashboardProcess dashboard) : IClassFixture<DashboardProcess>
{
    private const string Negotiate = "/_blazor/negotiate?negotiateVersion=1";

    [Theory]
    [InlineData("POST", Negotiate, "http://evil.example")]
    [InlineData("POST", Negotiate, "http://127.0.0.1:1")]
    [InlineData("POST", Negotiate, "null")]
    [InlineData("POST", "/", "http://evil.example")]
    [InlineData("POST", "/nowhere", "https://evil.example")]
    [InlineData("GET", "/", "http://evil.example")]
    public async Task What_a_page_of_another_address_asks_is_refused(string method, string path, string origin)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Origin", origin } } };

        using var answer = await dashboard.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", Negotiate)]
    [InlineData("GET", "/")]
    public async Task A_name_of_others_that_points_here_is_refused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Origin", "http://evil.example" }, { "Host", "evil.example" } } };

        using var answer = await dashboard.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_socket_is_for_the_pages_own_address_only()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync("http://evil.example"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(dashboard.Http.BaseAddress!.GetLeftPart(UriPartial.Authority)));
    }

    [Fact]
    public async Task The_pages_own_scripts_are_answered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Negotiate)
        {
            Headers = { { "Origin", dashboard.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) } },
        };

        using var answer = await dashboard.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<HttpStatusCode> ConnectAsync(string origin)
    {
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true, Cookies = dashboard.Cookies } };
        socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(dashboard.Http.BaseAddress!, "/_blazor")) { Scheme = "ws" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // Its answer says why.
        }

        return socket.HttpStatusCode;
    }
}
