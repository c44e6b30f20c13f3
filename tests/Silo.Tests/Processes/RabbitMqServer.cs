using System.Diagnostics;
using System.Security.Cryptography;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hermes.Silo.Tests.Processes;

/// <summary>
/// A real RabbitMQ broker: the one at HERMES_TEST_RABBITMQ, else one of the test's own, from a Docker engine or from the <c>rabbitmq-server</c> of the
/// machine, whichever is there.
/// </summary>
internal abstract class RabbitMqServer(Uri address) : IAsyncDisposable
{
    private const string Given = "HERMES_TEST_RABBITMQ";

    // It begins in some eight seconds on two cores.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Where it listens, with its user and virtual host: <c>amqp://USER:PASSWORD@HOST:PORT/VHOST</c>.</summary>
    public Uri Address { get; } = address;

    /// <summary>A broker that takes connections; without one the test is skipped, or fails where HERMES_TEST_REQUIRE names <c>rabbitmq</c>.</summary>
    public static async Task<RabbitMqServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(Given) is { Length: > 0 } given)
        {
            return await StartedAsync(new Foreign(new Uri(given)));
        }

        var (container, noContainer) = await ContainedRabbitMq.TryStartAsync(Secret());
        if (container is not null)
        {
            return await ReadyAsync(container);
        }

        var program = NativeRabbitMq.Find();
        Requirement.Met("rabbitmq", program is not null, $"There is no RabbitMQ: {Given} is not set, {noContainer}, and there is no program 'rabbitmq-server'.");
        return await StartedAsync(new NativeRabbitMq(program!, Secret()));
    }

    /// <summary>Takes it away without a word to those that are connected, as a power cut would where that can be done.</summary>
    public abstract Task StopAsync();

    /// <summary>Takes it away if it is there and brings it back: the same address, the same data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await BeginAsync();
        await AnswersAsync();
    }

    public abstract ValueTask DisposeAsync();

    protected abstract Task BeginAsync();

    /// <summary>What it said that tells why it does not answer.</summary>
    protected virtual string Words() => "";

    protected virtual bool HasEnded => false;

    private static string Secret() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static async Task<RabbitMqServer> StartedAsync(RabbitMqServer server)
    {
        await server.BeginAsync();
        return await ReadyAsync(server);
    }

    private static async Task<RabbitMqServer> ReadyAsync(RabbitMqServer server)
    {
        try
        {
            await server.AnswersAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task AnswersAsync()
    {
        var factory = new ConnectionFactory { Uri = Address, AutomaticRecoveryEnabled = false };
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync();
                return;
            }
            catch (BrokerUnreachableException) when (!HasEnded && clock.Elapsed < Patience)
            {
                // It is still beginning.
            }
            catch (BrokerUnreachableException unreachable)
            {
                throw new InvalidOperationException($"RabbitMQ at {Address.Host}:{Address.Port} did not answer: {Words()}", unreachable);
            }
        }
    }

    /// <summary>One that somebody else runs.</summary>
    private sealed class Foreign(Uri address) : RabbitMqServer(address)
    {
        public override Task StopAsync()
        {
            Skip.If(true, $"The broker at {Given} is not the test's to stop.");
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        protected override Task BeginAsync() => Task.CompletedTask;
    }
}
