using System.Net;
using Hermes.Silo.Configuration;
using Hermes.Silo.Hosting;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Hermes.Silo.Tests.Hosting;

public sealed class SiloHostTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("amqp://user:password@127.0.0.1:5672/")]
    public void Nothing_in_it_reports_how_it_is_used(string? broker)
    {
        Assert.NotEmpty(UsageReporters.Among([typeof(MassTransit.UsageTracking.IUsageTracker)]));
        using var folder = new TemporaryFolder();
        var settings = new SiloSettings
        {
            DataDirectory = folder.Path,
            Address = IPEndPoint.Parse("127.0.0.1:5081"),
            Threads = 1,
            IngestWorkers = 1,
            Broker = broker is null ? null : new Uri(broker),
        };

        var builder = SiloHost.CreateBuilder(settings);

        var services = builder.Services.Where(s => !s.IsKeyedService)
            .SelectMany(s => new[] { s.ServiceType, s.ImplementationType, s.ImplementationInstance?.GetType() }).OfType<Type>();
        Assert.Contains(services, s => s.Namespace == "MassTransit");
        // The options stay registered, switched off.
        Assert.Equal([], UsageReporters.Among(services.Where(s => !s.IsGenericType)));
        using var provider = builder.Services.BuildServiceProvider();
        Assert.False(provider.GetRequiredService<IOptions<UsageTelemetryOptions>>().Value.Enabled);
    }
}
