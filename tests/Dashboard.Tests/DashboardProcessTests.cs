using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces.Platform;

namespace Hermes.Dashboard.Tests;

public sealed partial class DashboardProcessTests(DashboardProcess dashboard) : IClassFixture<DashboardProcess>
{
    [Fact]
    public async Task Without_a_platform_the_page_is_served_and_says_so()
    {
        var clock = Stopwatch.StartNew();
        var page = await dashboard.Http.GetStringAsync("/");
        while (!page.Contains("No platform at", StringComparison.Ordinal) && clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(200);
            page = await dashboard.Http.GetStringAsync("/");
        }

        Assert.Contains($"No platform at {dashboard.Address}; start one with <code>./hermes serve</code>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_lets_one_browser_in_and_nobody_comes_in_without_one()
    {
        var link = $"{AccessToken.EntryPath}?code={dashboard.Token.SignEntry(TimeProvider.System.GetUtcNow())}";
        var old = $"{AccessToken.EntryPath}?code={dashboard.Token.SignEntry(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(11))}";
        using var first = new HttpClient { BaseAddress = dashboard.Http.BaseAddress };
        using var second = new HttpClient { BaseAddress = dashboard.Http.BaseAddress };

        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync("/_blazor/negotiate")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync($"{AccessToken.EntryPath}?code=1.2.3")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await first.GetAsync(old)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync(link)).StatusCode);
        using var late = await second.GetAsync(link);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Contains("This link was used already", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("./hermes dashboard", await (await second.GetAsync("/")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.1")]
    [InlineData("X-Forwarded-Proto", "https")]
    [InlineData("Forwarded", "for=192.0.2.1;proto=http")]
    [InlineData("Via", "1.1 gate")]
    [InlineData("X-Real-IP", "192.0.2.1")]
    public async Task Over_a_web_server_that_is_not_trusted_nobody_enters_in_clear_text_and_the_link_stays_good(string header, string value)
    {
        var link = $"{AccessToken.EntryPath}?code={dashboard.Token.SignEntry(TimeProvider.System.GetUtcNow())}";
        using var browser = new HttpClient { BaseAddress = dashboard.Http.BaseAddress };
        using var relayed = new HttpRequestMessage(HttpMethod.Get, link);
        relayed.Headers.Add(header, value);

        using var refused = await browser.SendAsync(relayed);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var page = await refused.Content.ReadAsStringAsync();
        Assert.Contains("Not in clear text", page, StringComparison.Ordinal);
        Assert.Contains("--trusted-proxy", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link)).StatusCode);
    }

    [Fact]
    public async Task The_browser_is_told_to_ask_nobody_else()
    {
        using var answer = await dashboard.Http.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_the_page_asks_for_lies_here()
    {
        var page = await dashboard.Http.GetStringAsync("/");
        var references = References().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value)).ToList();

        Assert.True(references.Count >= 6, $"Only {references.Count} references were found.");
        foreach (var reference in references)
        {
            Assert.False(Uri.TryCreate(reference, UriKind.Absolute, out var absolute) && absolute.Scheme != "file", reference);
            Assert.False(reference.StartsWith("//", StringComparison.Ordinal), reference);
            using var answer = await dashboard.Http.GetAsync(reference);
            Assert.True(answer.IsSuccessStatusCode, $"{reference}: {answer.StatusCode}");
            if (answer.Content.Headers.ContentType?.MediaType == "text/css")
            {
                Assert.DoesNotMatch(OutsideReference(), await answer.Content.ReadAsStringAsync());
            }
        }

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_this_machines_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };

        using var answer = await dashboard.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_page_that_does_not_exist_is_not_found_and_people_read_so()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere") { Headers = { { "Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" } } };

        using var page = await dashboard.Http.SendAsync(request);
        using var bare = await dashboard.Http.GetAsync("/nowhere");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (page.StatusCode, bare.StatusCode));
        Assert.Contains("There is no such page", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(await bare.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("--port", "x", 2, "Cannot parse argument 'x' for option '--port'")]
    [InlineData("--colour", "red", 2, "'--colour'")]
    [InlineData("--listen", "0.0.0.0:0", 2, "nobody there could be told from others")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why(string option, string value, int code, string message)
    {
        var (exit, error) = await RunAsync(option, value);

        Assert.Equal(code, exit);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_ends_with_1_and_is_named()
    {
        var port = dashboard.Http.BaseAddress!.Port.ToString(CultureInfo.InvariantCulture);

        var (exit, error) = await RunAsync("--port", port);

        Assert.Equal(1, exit);
        Assert.StartsWith($"error: The dashboard cannot listen on port {port}:", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere.secret", "--openid-authority https://login.example --openid-client a --role viewer=a --openid-secret-file nowhere.secret")]
    [InlineData("nowhere.pem", "--page-certificate-file nowhere.pem")]
    public async Task A_file_that_cannot_be_read_ends_with_1_and_is_named(string file, string line)
    {
        var (exit, error) = await RunAsync(["--port", "0", .. line.Split(' ')]);

        Assert.Equal(1, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Contains(file, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_ends_with_the_process_that_started_it()
    {
        var start = DashboardProcess.StartInfo("--port", "0", "--exit-with-parent");
        start.RedirectStandardInput = true;
        using var process = Process.Start(start)!;
        await DashboardProcess.UpAsync(process.StandardOutput);
        Assert.False(process.HasExited);

        // What the system does for a parent that dies.
        process.StandardInput.Close();

        Assert.Equal(0, await process.EndAsync());
    }

    private static async Task<(int Exit, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(DashboardProcess.StartInfo(arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var exitCode = await process.EndAsync();
        await output;
        return (exitCode, await error);
    }

    [GeneratedRegex("""(?:href|src)="([^"]+)"[^>]*>""")]
    private static partial Regex References();

    [GeneratedRegex("""(?:url\(\s*['"]?|@import\s+['"]?)(?:https?:)?//""")]
    private static partial Regex OutsideReference();
}
