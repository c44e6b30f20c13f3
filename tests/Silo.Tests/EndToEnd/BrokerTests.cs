using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Events;
using Hermes.Grains.Interfaces.Tasks;
using Hermes.Silo.Tests.Processes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Events over a real broker, from and to other systems, while real processes are killed.</summary>
public sealed class BrokerTests : IDisposable
{
    private const int Publishers = 8;

    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public Task A_thousand_deliveries_of_two_hundred_registrations_make_two_hundred_tasks_though_the_silo_is_killed() => RegisterAsync(copies: 5, kills: 1);

    [SkippableFact]
    [Trait("Length", "Long")]
    public Task Ten_thousand_deliveries_of_two_hundred_registrations_make_two_hundred_tasks_though_the_silo_is_killed_five_times() => RegisterAsync(copies: 50, kills: 5);

    [SkippableFact]
    public async Task What_cannot_be_taken_is_parked_with_its_cause_and_a_person_decides()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await using var platform = await StartAsync(broker);
        await using var connection = await ConnectAsync(broker);
        await using var channel = await connection.CreateChannelAsync(Confirmed);

        var future = Event("future", "future/one");
        future["schemaVersion"] = 7;
        await PublishAsync(channel, nameof(TaskPriorsRequested), future.ToJsonString());
        await PublishAsync(channel, nameof(TaskPriorsRequested), "{ this is no JSON");
        await PublishAsync(channel, nameof(TaskPriorsRequested), """{"eventId": "half an event"}""");
        await Platform.UntilAsync(async () => (await platform.HermesAsync("events", "failed")).Json.GetArrayLength() == 3);

        var failed = (await platform.HermesAsync("events", "failed")).Json.EnumerateArray().ToDictionary(e => e.GetProperty("id").GetString()!, e => e.GetProperty("failures")[0]);
        Assert.Contains("speaks schema 7", failed["future"].GetProperty("cause").GetString(), StringComparison.Ordinal);
        var unread = failed.Where(f => f.Key.StartsWith("unread/", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, unread.Count);
        Assert.All(unread, f => Assert.Contains("could not be read as an event", f.Value.GetProperty("cause").GetString(), StringComparison.Ordinal));
        Assert.Contains(unread.ConvertAll(f => f.Key), id => platform.HermesAsync("events", "show", id).Result.Json.GetProperty("unread").GetString() == "{ this is no JSON");

        var retried = await platform.HermesAsync("events", "retry", "future");
        Assert.Equal(1, retried.ExitCode);
        Assert.Contains("failed again: The event speaks schema 7", retried.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("DISCARDED", (await platform.HermesAsync("events", "discard", "future")).Json.GetProperty("state").GetString());
        Assert.Contains("could not be read", (await platform.HermesAsync("events", "retry", unread[0].Key)).Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, (await platform.HermesAsync("events", "failed")).Json.GetArrayLength());
    }

    [SkippableFact]
    public async Task While_the_broker_is_away_work_goes_on_and_its_events_wait()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await using var platform = await StartAsync(broker);
        await using (var connection = await ConnectAsync(broker))
        await using (var channel = await connection.CreateChannelAsync(Confirmed))
        {
            await channel.QueueDeclareAsync("another-system", durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync("another-system", "hermes.DatasetReady", "");
        }

        await broker.StopAsync();
        Assert.Equal(0, (await platform.AddAsync("waiting", Scans.WriteCases(_folder.At("waiting")))).ExitCode);
        Assert.True((await platform.Silo.Http.GetAsync(new Uri("health/ready", UriKind.Relative))).IsSuccessStatusCode);
        await Platform.UntilAsync(async () => (await platform.Silo.Http.GetStringAsync(new Uri("platform/troubles", UriKind.Relative))).Contains("Events wait for the broker", StringComparison.Ordinal));
        await broker.RestartAsync();

        await using var again = await ConnectAsync(broker);
        await using var reader = await again.CreateChannelAsync();
        BasicGetResult? got = null;
        await Platform.UntilAsync(async () => (got = await reader.BasicGetAsync("another-system", autoAck: true)) is not null);
        using var envelope = JsonDocument.Parse(got!.Body);
        var told = envelope.RootElement.GetProperty("message");
        Assert.Equal(("dataset/local/waiting@1", "ct", 1), (told.GetProperty("eventId").GetString(), told.GetProperty("modality").GetString(), told.GetProperty("schemaVersion").GetInt32()));
        await Platform.UntilAsync(async () => await platform.Silo.Http.GetStringAsync(new Uri("platform/troubles", UriKind.Relative)) == "[]");
    }

    [Fact]
    public async Task A_file_without_the_address_of_a_broker_is_refused_and_what_it_holds_is_not_told()
    {
        var file = _folder.File("broker", "secret password");

        var (exit, _, errors) = await SiloProcess.RunAsync("--data-dir", _folder.At("data"), "--address", SiloProcess.FreeAddress(), "--broker-file", file);

        Assert.Equal(1, exit);
        Assert.Contains("is not the address of a broker", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", errors, StringComparison.Ordinal);
    }

    private async Task RegisterAsync(int copies, int kills)
    {
        const int Distinct = 200;
        await using var broker = await RabbitMqServer.StartAsync();
        await (await StartAsync(broker)).DisposeAsync();
        var deliveries = Enumerable.Range(0, copies).SelectMany(_ => Enumerable.Range(0, Distinct)).ToArray();
        new Random(11).Shuffle(deliveries);

        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(p => PublishAsync(broker, deliveries.Where((_, i) => i % Publishers == p))));
        for (var kill = 0; kill < kills; kill++)
        {
            await using var platform = await StartAsync(broker);
            var registry = await RegistryAsync(platform);
            var enough = Distinct * (kill + 1) / (kills + 1);
            await Platform.UntilAsync(async () => (await registry.ListAsync()).Count >= enough);
            await platform.Silo.KillAsync();
        }

        await publishing;
        await using var last = await StartAsync(broker);
        var tasks = await RegistryAsync(last);
        await using var connection = await ConnectAsync(broker);
        await using var channel = await connection.CreateChannelAsync();
        await Platform.UntilAsync(async () => await channel.MessageCountAsync("hermes-register-task-priors") == 0 && (await tasks.ListAsync()).Count >= Distinct);

        var rows = await tasks.ListAsync();
        Assert.Equal(Distinct, rows.Count);
        Assert.Equal(Enumerable.Range(0, Distinct), rows.Select(r => r.Index));
        Assert.Equal(Distinct, rows.Select(r => r.Task).Distinct().Count());
        Assert.Equal([], (await last.HermesAsync("events", "failed")).Json.EnumerateArray().Select(e => e.ToString()));
    }

    private static async Task PublishAsync(RabbitMqServer broker, IEnumerable<int> tasks)
    {
        await using var connection = await ConnectAsync(broker);
        await using var channel = await connection.CreateChannelAsync(Confirmed);
        foreach (var task in tasks)
        {
            await PublishAsync(channel, nameof(TaskPriorsRequested), Event($"registration {task}", $"elsewhere/structure-{task}").ToJsonString());
        }
    }

    private static JsonObject Event(string id, string task) => new()
    {
        ["eventId"] = id,
        ["at"] = "2026-01-01T00:00:00Z",
        ["subject"] = "local/elsewhere",
        ["actor"] = "another system",
        ["schemaVersion"] = 1,
        ["dataset"] = $"local/{task.Split('/')[0]}",
        ["tasks"] = new JsonArray(task),
    };

    // As docs/events.md says.
    private static ValueTask PublishAsync(IChannel channel, string kind, string json) => channel.BasicPublishAsync(
        $"hermes.{kind}", "", mandatory: false, new BasicProperties { ContentType = "application/json", Persistent = true }, Encoding.UTF8.GetBytes(json));

    private static Task<IConnection> ConnectAsync(RabbitMqServer broker) => new ConnectionFactory { Uri = broker.Address }.CreateConnectionAsync();

    private static async Task<ITaskRegistryGrain> RegistryAsync(Platform platform) =>
        (await platform.Silo.ConnectAsync()).GetGrain<ITaskRegistryGrain>(Names.DefaultRegistry);

    // The address is in a file, not on the command line. A silo answers before the broker knows what it listens to.
    private async Task<Platform> StartAsync(RabbitMqServer broker)
    {
        var platform = await Platform.StartAsync(_folder.At("data"), "--broker-file", _folder.File("broker", broker.Address.ToString()));
        await using var connection = await ConnectAsync(broker);
        await Platform.UntilAsync(() => HasExchangeAsync(connection, $"hermes.{nameof(TaskPriorsRequested)}"));
        return platform;
    }

    private static async Task<bool> HasExchangeAsync(IConnection connection, string exchange)
    {
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            await channel.ExchangeDeclarePassiveAsync(exchange);
            return true;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }
}
