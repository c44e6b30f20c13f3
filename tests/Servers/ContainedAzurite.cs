using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Hermes.Hosting;
using Hermes.Hosting.Servers;

namespace Hermes.Tests;

/// <summary>Azurite in a container.</summary>
internal sealed class ContainedAzurite : AzuriteServer
{
    private const string Image = $"mcr.microsoft.com/azure-storage/azurite:{LocalAzurite.Version}";
    private const int Port = 10000;

    private readonly IContainer _container;

    private ContainedAzurite(IContainer container, int port, string key)
        : base(LocalAzurite.ConnectionTo(container.Hostname, port, key)) => _container = container;

    /// <summary>The server, or why there is none: no engine, or no image.</summary>
    public static async Task<(AzuriteServer? Server, string WhyNot)> TryStartAsync()
    {
        // A port that the engine chooses is another one after a restart.
        var (port, key) = (Loopback.FreePorts(1)[0], Key());
        var (container, whyNot) = await Contained.TryStartAsync(Image, () => new ContainerBuilder(Image)
            .WithCommand("azurite-blob", "--blobHost", "0.0.0.0", "--location", "/data", "--skipApiVersionCheck", "--disableTelemetry")
            .WithEnvironment("AZURITE_ACCOUNTS", $"{LocalAzurite.Account}:{key}")
            .WithPortBinding(port, Port)
            .Build());
        return (container is null ? null : new ContainedAzurite(container, port, key), whyNot);
    }

    public override Task StopAsync() => _container.StopAsync();

    public override ValueTask DisposeAsync() => _container.DisposeAsync();

    protected override Task BeginAsync() => _container.StartAsync();
}
