using System.Globalization;
using Hermes.Hosting;
using Testcontainers.RabbitMq;

namespace Hermes.Silo.Tests.Processes;

/// <summary>A broker in a container.</summary>
internal sealed class ContainedRabbitMq : RabbitMqServer
{
    private const string Image = "rabbitmq:4.1-alpine";
    private const string Name = "hermes";

    private readonly RabbitMqContainer _container;

    private ContainedRabbitMq(RabbitMqContainer container, int port, string password)
        : base(new UriBuilder("amqp", container.Hostname, port, Name) { UserName = Name, Password = password }.Uri) => _container = container;

    /// <summary>The broker, or why there is none: no engine, or no image.</summary>
    public static async Task<(RabbitMqServer? Server, string WhyNot)> TryStartAsync(string password)
    {
        // A port that the engine chooses is another one after a restart.
        var port = Loopback.FreePorts(1)[0];
        var (container, whyNot) = await Contained.TryStartAsync(Image, () => new RabbitMqBuilder(Image)
            .WithUsername(Name)
            .WithPassword(password)
            .WithEnvironment("RABBITMQ_DEFAULT_VHOST", Name)
            .WithPortBinding(port.ToString(CultureInfo.InvariantCulture), RabbitMqBuilder.RabbitMqPort.ToString(CultureInfo.InvariantCulture))
            .Build());
        return (container is null ? null : new ContainedRabbitMq(container, port, password), whyNot);
    }

    /// <summary>The engine lets it end in order: a container cannot be killed and kept.</summary>
    public override Task StopAsync() => _container.StopAsync();

    public override ValueTask DisposeAsync() => _container.DisposeAsync();

    protected override Task BeginAsync() => _container.StartAsync();
}
