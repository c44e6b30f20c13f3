using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Events;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hermes.Silo.Tests.Processes;

/// <summary>
/// A real RabbitMQ broker: the one at HERMES_TEST_RABBITMQ, else one of the test's own, from a Docker engine or from the <c>rabbitmq-server</c> of the
/// machine, whichever is there.
/// </summary>
internal abstract class RabbitMqServer(Uri address, TlsFiles? tls = null) : OutsideServer<BrokerUnreachableException>
{
    /// <summary>Where it listens, with its user and virtual host: <c>amqp://USER:PASSWORD@HOST:PORT/VHOST</c>.</summary>
    public Uri Address { get; } = address;

    /// <summary>A broker that takes connections; without one the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>rabbitmq</c>.</summary>
    public static Task<RabbitMqServer> StartAsync() => ChooseAsync<RabbitMqServer>(
        "rabbitmq",
        given => new Foreign(new Uri(given)),
        () => ContainedRabbitMq.TryStartAsync(Secret()),
        () => NativeRabbitMq.Find(),
        "rabbitmq-server");

    /// <summary>One of the machine's programs that takes connections over TLS only.</summary>
    public static Task<RabbitMqServer> StartAsync(TlsFiles tls)
    {
        var own = NativeRabbitMq.Find(tls);
        Requirement.Met("rabbitmq", own is not null, "There is no program 'rabbitmq-server'.");
        return StartedAsync<RabbitMqServer>(own!);
    }

    protected override async Task ConnectAsync()
    {
        var factory = new ConnectionFactory { Uri = Address, AutomaticRecoveryEnabled = false };
        factory.UseTls(Address, tls is null ? null : TlsIdentity.Read(tls, TimeProvider.System.GetUtcNow()));
        await using var connection = await factory.CreateConnectionAsync();
    }

    /// <summary>One that somebody else runs.</summary>
    private sealed class Foreign(Uri address) : RabbitMqServer(address)
    {
        public override Task StopAsync()
        {
            Skip.If(true, "The broker is not the test's to stop.");
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task BeginAsync() => Task.CompletedTask;
    }
}
