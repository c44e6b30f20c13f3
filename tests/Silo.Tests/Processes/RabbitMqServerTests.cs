using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using RabbitMQ.Client;

namespace Hermes.Silo.Tests.Processes;

public sealed class RabbitMqServerTests
{
    // A broker that others use is not filled.
    private static readonly Dictionary<string, object?> Passing = new() { ["x-expires"] = 600_000 };

    // A publish returns when the broker has the message.
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    [SkippableFact]
    public async Task A_durable_message_is_received_and_outlives_the_broker_while_another_does_not()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        var queue = $"hermes-tests-{Guid.NewGuid():n}";
        await using (var connection = await ConnectAsync(broker))
        await using (var channel = await connection.CreateChannelAsync(Confirmed))
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, Passing);
            await PublishAsync(channel, queue, "received", isPersistent: false);
            Assert.Equal("received", Text(await channel.BasicGetAsync(queue, autoAck: true)));
            await PublishAsync(channel, queue, "kept", isPersistent: true);
            await PublishAsync(channel, queue, "lost", isPersistent: false);
        }

        // A durable queue is on the disk two seconds after it was declared: its database collects writes that long.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await broker.RestartAsync();

        await using (var connection = await ConnectAsync(broker))
        await using (var channel = await connection.CreateChannelAsync())
        {
            Assert.Equal("kept", Text(await channel.BasicGetAsync(queue, autoAck: true)));
            Assert.Null(await channel.BasicGetAsync(queue, autoAck: true));
        }
    }

    [SkippableFact]
    public async Task A_broker_that_was_taken_away_leaves_its_clients_and_nobody_listens()
    {
        await using var broker = await RabbitMqServer.StartAsync();
        await using var connection = await ConnectAsync(broker);
        var closed = new TaskCompletionSource();
        connection.ConnectionShutdownAsync += (_, _) =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };

        await broker.StopAsync();

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        using var socket = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(broker.Address.Host, broker.Address.Port));
    }

    [SkippableFact]
    public async Task The_machines_own_broker_is_loopback_only_and_leaves_nothing_behind_also_when_the_test_fails()
    {
        var broker = NativeRabbitMq.Find();
        Skip.If(broker is null, "There is no program 'rabbitmq-server'.");
        await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
        {
            await using (broker)
            {
                await broker.RestartAsync();
                Assert.InRange(broker.Living().Count, 3, 20);
                Assert.All(Listening(broker.Ports), address => Assert.True(IPAddress.IsLoopback(address), address.ToString()));
                throw new InvalidTimeZoneException("A test that fails.");
            }
        });

        Assert.Empty(broker.Living());
        Assert.Empty(Listening(broker.Ports));
        Assert.False(Directory.Exists(broker.Folder));
    }

    private static List<IPAddress> Listening(IReadOnlyList<int> ports) =>
        [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => ports.Contains(l.Port)).Select(l => l.Address)];

    private static Task<IConnection> ConnectAsync(RabbitMqServer broker) =>
        new ConnectionFactory { Uri = broker.Address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync();

    private static ValueTask PublishAsync(IChannel channel, string queue, string text, bool isPersistent) =>
        channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = isPersistent }, Encoding.UTF8.GetBytes(text));

    private static string? Text(BasicGetResult? message) => message is null ? null : Encoding.UTF8.GetString(message.Body.Span);
}
