using System.Net;
using System.Text.Json;
using Azure.Storage.Sas;
using Hermes.Silo.Tests.EndToEnd;
using Hermes.Silo.Tests.Processes;

namespace Hermes.Silo.Tests.Http;

/// <summary>What a silo says of its health while a real broker comes and goes.</summary>
public sealed class HealthTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task A_silo_whose_broker_is_away_is_degraded_and_ready_and_healthy_again_when_it_is_back()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await using var platform = await Platform.StartAsync(_folder.At("data"), "--broker-file", _folder.File("broker", broker.Address.ToString()));
        var http = platform.Silo.Http;
        await Platform.UntilAsync(async () => Word(await ReadyAsync(http)) == "healthy");

        await broker.StopAsync();
        await Platform.UntilAsync(async () => Word(await ReadyAsync(http)) == "degraded");

        var checks = (await ReadyAsync(http)).GetProperty("checks").EnumerateArray().Where(c => Word(c) != "healthy").ToList();
        Assert.Equal("broker", Assert.Single(checks).GetProperty("name").GetString());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("health/ready")).StatusCode);
        var broken = (await platform.HermesAsync("doctor")).Json.GetProperty("findings").EnumerateArray().Single(f => f.GetProperty("subject").GetString() == "broker");
        Assert.Contains("The broker is not reached", broken.GetProperty("found").GetString(), StringComparison.Ordinal);
        using (var outsider = new HttpClient { BaseAddress = http.BaseAddress })
        {
            Assert.Equal("""{"status":"degraded"}""", await outsider.GetStringAsync("health/ready"));
            Assert.Equal("""{"status":"healthy"}""", await outsider.GetStringAsync("health/live"));
        }

        await broker.RestartAsync();
        await Platform.UntilAsync(async () => Word(await ReadyAsync(http)) == "healthy");
        Assert.Equal("[]", await http.GetStringAsync("platform/troubles"));
    }

    [SkippableFact]
    public async Task A_silo_whose_blob_store_is_away_is_degraded_and_answers_at_once()
    {
        await using var server = await AzuriteServer.StartAsync();
        var container = server.NewContainer();
        await container.CreateAsync();
        var address = container.GenerateSasUri(BlobContainerSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1)).ToString();
        await using var silo = await SiloProcess.StartAsync(_folder.At("data"), "--blobs-file", _folder.File("address", address));
        await Platform.UntilAsync(async () => Word(await ReadyAsync(silo.Http)) == "healthy");

        await server.StopAsync();
        await Platform.UntilAsync(async () => Word(await ReadyAsync(silo.Http)) == "degraded");

        Assert.Equal("storage", Assert.Single((await ReadyAsync(silo.Http)).GetProperty("checks").EnumerateArray(), c => Word(c) != "healthy").GetProperty("name").GetString());
        await server.RestartAsync();
        await Platform.UntilAsync(async () => Word(await ReadyAsync(silo.Http)) == "healthy");
    }

    private static string? Word(JsonElement answer) => answer.GetProperty("status").GetString();

    private static async Task<JsonElement> ReadyAsync(HttpClient http)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync("health/ready"));
        return answer.RootElement.Clone();
    }
}
