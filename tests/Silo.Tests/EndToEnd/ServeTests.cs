using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>The platform as users start it: <c>hermes serve</c>, with its silo and its dashboard.</summary>
public sealed class ServeTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_dashboard_shows_the_datasets_and_a_command_waits_for_a_silo_that_is_started_again()
    {
        var address = SiloProcess.FreeAddress();
        var port = SiloProcess.FreeAddress().Split(':')[1];
        using var serve = HermesProcess.Start(
            new Dictionary<string, string>(),
            "serve", "--json", "--data-dir", _folder.At("data"), "--address", address, "--dashboard-port", port, "--patience", "2.5", "--allocator", "system");
        var remarks = serve.StandardError.ReadToEndAsync();
        try
        {
            using var started = await ReadDocumentAsync(serve.StandardOutput);
            var silo = started.RootElement.GetProperty("processId").GetInt32();
            Assert.Contains("--patience\02.5\0--allocator\0system\0", await File.ReadAllTextAsync($"/proc/{silo}/cmdline"), StringComparison.Ordinal);
            var added = await HermesProcess.RunAsync([.. Platform.AddArguments("boxes", Scans.WriteCases(_folder.At("boxes"))), "--address", address, "--json"]);
            Assert.True(added.ExitCode == 0, added.Output + added.Error);
            await AssertPageShowsAsync(started.RootElement.GetProperty("dashboardLink").GetString()!, "boxes");

            using (var process = Process.GetProcessById(silo))
            {
                process.Kill();
                await process.WaitForExitAsync().WaitAsync(Patience);
            }

            var listed = await HermesProcess.RunAsync("dataset", "list", "--address", address, "--json");
            Assert.True(listed.ExitCode == 0, listed.Output);
            Assert.Equal("boxes", Assert.Single(listed.Json.EnumerateArray()).GetProperty("name").GetString());
        }
        finally
        {
            using var signal = Process.Start("kill", ["-TERM", serve.Id.ToString(CultureInfo.InvariantCulture)]);
            await serve.EndAsync(Patience);
        }

        Assert.Contains("The silo ended with code 137", await remarks, StringComparison.Ordinal);
        var nobody = await HermesProcess.RunAsync("dataset", "list", "--address", address, "--json");
        Assert.Equal($"No platform answers at {address}.", nobody.Json.GetProperty("error").GetString());
    }

    [SkippableFact]
    public async Task A_database_that_is_away_is_waited_for_from_the_first_start_on()
    {
        await using var server = await PostgreSqlServer.StartAsync();
        await using var broker = await RabbitMqServer.StartAsync();
        var (_, address) = await server.CreateDatabaseAsync();
        await PostgresSchema.InstallAsync(new PostgresDatabase(address), null, default);
        await server.StopAsync();
        var ports = Loopback.FreePorts(3);
        var settings = _folder.File("one.json", JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["name"] = "one",
            ["data-dir"] = "data",
            ["address"] = $"127.0.0.1:{ports[0]}",
            ["silo-port"] = ports[1],
            ["gateway-port"] = ports[2],
            ["device"] = "none",
            ["database-file"] = _folder.File("database", address),
            ["broker-file"] = _folder.File("broker", broker.Address.ToString()),
            ["token-file"] = _folder.File("token", AccessToken.NewText()),
            ["blobs-dir"] = "blobs",
        }));
        var (code, _, errors) = await SiloProcess.RunAsync("--config-file", settings);
        Assert.Equal(ExitCodes.Away, code);
        Assert.Contains("cannot be used: ", errors, StringComparison.Ordinal);

        using var serve = HermesProcess.Start(new Dictionary<string, string>(), "serve", "--json", "--config-file", settings, "--no-dashboard");
        try
        {
            Assert.Contains("The silo ended with code 75 (The database ", await LineAsync(serve.StandardError, "ended with"), StringComparison.Ordinal);
            await server.RestartAsync();
            var remarks = serve.StandardError.ReadToEndAsync();
            using var started = await ReadDocumentAsync(serve.StandardOutput);
            Assert.Equal($"127.0.0.1:{ports[0]}", started.RootElement.GetProperty("address").GetString());
        }
        finally
        {
            using var signal = Process.Start("kill", ["-TERM", serve.Id.ToString(CultureInfo.InvariantCulture)]);
            await serve.EndAsync(Patience);
        }
    }

    private static async Task<string> LineAsync(StreamReader from, string part)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await from.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"It ended and never said '{part}'.");
    }

    private static async Task<JsonDocument> ReadDocumentAsync(StreamReader output)
    {
        using var patience = new CancellationTokenSource(Patience);
        var text = new StringBuilder();
        while (await output.ReadLineAsync(patience.Token) is { } line)
        {
            text.AppendLine(line);
            if (line == "}")
            {
                return JsonDocument.Parse(text.ToString());
            }
        }

        throw new EndOfStreamException($"serve ended before it was ready: {text}");
    }

    private static async Task AssertPageShowsAsync(string url, string name)
    {
        var link = new Uri(url);
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();
        var page = "";
        while (!page.Contains(name, StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < Patience, page);
            await Task.Delay(200);
            try
            {
                // The link lets the browser in once; after that it is known.
                page = await http.GetStringAsync(page.Length == 0 ? link : new Uri(link, "/"));
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }
        }
    }
}
