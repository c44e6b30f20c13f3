using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Microsoft.AspNetCore.WebUtilities;

namespace Hermes.Dashboard.Tests.Security;

public sealed partial class SignInTests : IClassFixture<SignInDashboard>, IDisposable
{
    private readonly SignInDashboard _site;
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _browser;

    public SignInTests(SignInDashboard site)
    {
        _site = site;
        _browser = site.Dashboard.Browser(cookies: _cookies);
        (site.Provider.Groups, site.Provider.IsForged, site.Provider.Change) = (["staff"], false, _ => { });
    }

    public void Dispose() => _browser.Dispose();

    [Fact]
    public async Task Who_is_not_known_is_led_to_the_provider_and_back_to_what_they_asked_for()
    {
        using var stranger = await _browser.GetAsync("/runs?state=running");
        var link = SignInLink().Match(await stranger.Content.ReadAsStringAsync()).Groups[1].Value;

        using var page = await _browser.GetAsync(WebUtility.HtmlDecode(link));

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal((HttpStatusCode.OK, "/runs?state=running"), (page.StatusCode, page.RequestMessage!.RequestUri!.PathAndQuery));
        Assert.Matches("anna <span class=\"hermes-quiet\">viewer</span>", await page.Content.ReadAsStringAsync());
        var asked = _site.Provider.Last!;
        Assert.Equal(new Uri(_site.Dashboard.Pages, "/signed-in").AbsoluteUri, asked.RedirectUri);
        Assert.All([asked.Nonce, asked.Challenge], told => Assert.InRange(told.Length, 40, 400));
        Assert.Equal("openid profile groups", asked.Scope);
        Assert.All(_cookies.GetAllCookies(), cookie => Assert.True(cookie.HttpOnly, cookie.Name));
    }

    [Theory]
    [InlineData("staff", HttpStatusCode.Forbidden)]
    [InlineData("radiology", HttpStatusCode.OK)]
    [InlineData("CN=Oncology,OU=Clinics", HttpStatusCode.OK)]
    [InlineData("it", HttpStatusCode.OK)]
    public async Task A_viewer_sees_and_may_not_do_what_a_trainer_may(string group, HttpStatusCode mayUpload)
    {
        _site.Provider.Groups = ["choir", group];

        Assert.Equal(HttpStatusCode.OK, await SignInAsync());
        Assert.Equal(mayUpload, await UploadAsync());
    }

    [Theory]
    [InlineData]
    [InlineData("choir", "Staff", "administrator")]
    public async Task Who_is_in_no_group_that_has_a_role_is_told_so_and_sees_nothing(params string[] groups)
    {
        _site.Provider.Groups = groups;

        using var answer = await _browser.GetAsync("/sign-in");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("none of your groups may look at this platform", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.All(await StatusesAsync("/", "/runs", "/dashboard.css", "/_blazor"), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
    }

    [Theory]
    [InlineData("iss", "http://127.0.0.1:1")]
    [InlineData("aud", "another")]
    [InlineData("nonce", "of another browser")]
    [InlineData("nonce", null)]
    [InlineData("exp", 1_700_000_000)]
    public async Task A_token_that_is_not_for_this_sign_in_is_refused(string claim, object? value)
    {
        _site.Provider.Change = claims => claims[claim] = value switch { string text => JsonValue.Create(text), int number => JsonValue.Create(number), _ => null };

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync());
        Assert.Equal([HttpStatusCode.Unauthorized], await StatusesAsync("/"));
    }

    [Fact]
    public async Task A_token_that_the_provider_did_not_sign_is_refused()
    {
        _site.Provider.IsForged = true;

        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync());
        Assert.Equal([HttpStatusCode.Unauthorized], await StatusesAsync("/"));
    }

    [Fact]
    public async Task An_answer_that_this_browser_did_not_ask_for_is_refused()
    {
        using var one = _site.Dashboard.Browser(follows: false);
        using var led = await one.GetAsync("/sign-in");
        using var back = await one.GetAsync(led.Headers.Location);

        using var answer = await _browser.GetAsync(back.Headers.Location);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal([HttpStatusCode.Unauthorized], await StatusesAsync("/"));
    }

    [Theory]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("https://evil.example/")]
    public async Task Nobody_is_led_from_here_to_another_machine(string back)
    {
        using var page = await _browser.GetAsync($"/sign-in?return={Uri.EscapeDataString(back)}");

        Assert.Equal((HttpStatusCode.OK, _site.Dashboard.Pages), (page.StatusCode, page.RequestMessage!.RequestUri));
    }

    [Fact]
    public async Task Who_signs_out_is_nobody_with_a_copy_of_the_cookie_too()
    {
        await SignInAsync();
        var copies = new CookieContainer();
        copies.Add(_cookies.GetAllCookies());
        using var copy = _site.Dashboard.Browser(cookies: copies);
        Assert.Equal(HttpStatusCode.OK, (await copy.GetAsync("/")).StatusCode);

        using var left = await _browser.PostAsync("/sign-out", null);

        Assert.Equal(HttpStatusCode.OK, left.StatusCode);
        Assert.Equal([HttpStatusCode.Unauthorized], await StatusesAsync("/"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_dashboard_that_was_started_again_asks_to_sign_in_again()
    {
        await SignInAsync();
        await using var again = await _site.StartAsync();
        using var browser = again.Browser(cookies: _cookies);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/sign-in")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_link_lets_in_as_before()
    {
        using var page = await _browser.GetAsync($"{AccessToken.EntryPath}?code={_site.Dashboard.Token.SignEntry(TimeProvider.System.GetUtcNow())}");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Matches("platform <span class=\"hermes-quiet\">administrator</span>", await page.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await _browser.PostAsync("/sign-out", null)).StatusCode);
        Assert.Equal([HttpStatusCode.Unauthorized], await StatusesAsync("/"));
    }

    [Fact]
    public async Task Behind_a_proxy_that_speaks_https_the_way_back_and_the_cookies_are_of_https()
    {
        using var proxy = _site.Dashboard.Browser("127.0.0.3", follows: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/sign-in") { Headers = { { "X-Forwarded-Proto", "https" }, { "X-Forwarded-Host", "hermes.example.org" } } };

        using var led = await proxy.SendAsync(request);

        Assert.Equal("https://hermes.example.org/signed-in", QueryHelpers.ParseQuery(led.Headers.Location!.Query)["redirect_uri"]);
        Assert.All(led.Headers.GetValues("Set-Cookie"), cookie => Assert.Matches("; secure; samesite=lax; httponly", cookie));
    }

    [Fact]
    public async Task A_provider_that_is_away_is_said()
    {
        await using var alone = await _site.StartAsync($"http://{Loopback.FreeAddress()}");
        using var browser = alone.Browser();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await browser.GetAsync("/sign-in")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/")).StatusCode);
    }

    private async Task<HttpStatusCode> SignInAsync()
    {
        using var answer = await _browser.GetAsync("/sign-in");
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> UploadAsync()
    {
        using var answer = await _browser.PostAsync("/uploads?name=scan.nii.gz&length=1000", null);
        return answer.StatusCode;
    }

    private async Task<List<HttpStatusCode>> StatusesAsync(params IEnumerable<string> paths)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var path in paths)
        {
            using var answer = await _browser.GetAsync(path);
            statuses.Add(answer.StatusCode);
        }

        return statuses;
    }

    [GeneratedRegex("<a href=\"([^\"]+)\">Sign in</a>")]
    private static partial Regex SignInLink();
}
