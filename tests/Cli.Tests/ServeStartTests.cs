using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Hermes.Hosting;

namespace Hermes.Cli.Tests;

/// <summary>What keeps a platform from starting is said before anything is started, in one sentence with what to do.</summary>
public sealed class ServeStartTests : IDisposable
{
    private const string Nobody = "127.0.0.1:9";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "HOME is not set")]
    [InlineData("/nonexistent/home", "the home folder '/nonexistent/home' does not exist")]
    [InlineData("home", "the home folder 'home' does not exist")]
    public async Task Without_a_home_the_data_directory_must_be_named(string home, string sentence)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = home, ["XDG_DATA_HOME"] = "", ["DOTNET_CLI_HOME"] = _folder.Path };

        var result = await HermesProcess.RunAsync(environment, "serve", "--json", "--address", Nobody);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(sentence, result.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("--data-dir", result.Json.GetProperty("hint").GetString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(".local"));
    }

    [Fact]
    public async Task A_dashboard_port_that_is_taken_is_told_before_a_silo_is_started()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var result = await HermesProcess.RunAsync(
            "serve", "--json", "--address", Nobody, "--data-dir", _folder.At("data"), "--dashboard-port", port.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"The dashboard cannot listen on port {port}: another program does.", result.Json.GetProperty("error").GetString());
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Theory]
    [InlineData("--listen 0.0.0.0:8080", "nobody there could be told from others")]
    [InlineData("--listen 127.0.0.1:8080 --dashboard-port 8080", "--listen and --dashboard-port are not named together.")]
    [InlineData("--listen 127.0.0.1:0", "Name the port to listen at")]
    [InlineData("--host hermes.example.org --no-dashboard", "--host is for the dashboard, which --no-dashboard leaves out.")]
    public async Task What_is_wrong_about_who_may_see_the_pages_is_told_before_a_silo_is_started(string words, string sentence)
    {
        var result = await HermesProcess.RunAsync(["serve", "--json", "--address", Nobody, "--data-dir", _folder.At("data"), .. words.Split(' ')]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(sentence, result.Output + result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }

    [Fact]
    public async Task Who_may_see_the_pages_is_told_to_the_dashboard_that_is_started()
    {
        var ports = Loopback.FreePorts(2);
        using var serve = HermesProcess.Start(
            new Dictionary<string, string>(),
            ["serve", "--json", "--address", $"127.0.0.1:{ports[0]}", "--data-dir", _folder.At("data"), "--listen", $"127.0.0.1:{ports[1]}",
                "--trusted-proxy", "127.0.0.1", "--user-header", "X-User", "--groups-header", "X-Groups", "--role", "viewer=the staff", "--role", "trainer=b"]);
        try
        {
            var (output, error) = (serve.StandardOutput.ReadToEndAsync(), serve.StandardError.ReadToEndAsync());
            using var browser = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[1]}") };
            var started = Stopwatch.StartNew();
            while (await StatusAsync(browser, "the staff") is not HttpStatusCode.OK)
            {
                Assert.False(serve.HasExited, serve.HasExited ? await error : "");
                Assert.True(started.Elapsed < TimeSpan.FromMinutes(2), "The pages were not there within 2 minutes.");
                await Task.Delay(200);
            }

            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, "others"));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, null));

            await StopAsync(serve);
            Assert.Equal($"http://127.0.0.1:{ports[1]}", JsonDocument.Parse(await output).RootElement.GetProperty("dashboard").GetString());
        }
        finally
        {
            await StopAsync(serve);
        }
    }

    private static async Task<HttpStatusCode?> StatusAsync(HttpClient browser, string? group)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, "/");
        if (group is not null)
        {
            question.Headers.Add("X-User", "ann");
            question.Headers.Add("X-Groups", group);
        }

        try
        {
            using var answer = await browser.SendAsync(question);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task StopAsync(Process serve)
    {
        if (!serve.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", $"{serve.Id}"]);
            await stop.EndAsync();
            await serve.EndAsync(TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task Too_few_open_files_are_told_with_how_many_are_needed()
    {
        using var process = Process.Start(new ProcessStartInfo(
            "sh", ["-c", "ulimit -n 256; exec dotnet \"$@\"", "sh", HermesProcess.Program, "serve", "--data-dir", _folder.At("data"), "--address", Nobody, "--dashboard-port", $"{Loopback.FreePorts(1)[0]}"])
        {
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("error: The platform needs 1024 open files; 256 are allowed here.", error, StringComparison.Ordinal);
        Assert.Contains("ulimit -n 1024", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.At("data")));
    }
}
