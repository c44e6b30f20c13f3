using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
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
