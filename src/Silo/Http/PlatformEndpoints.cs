using System.Reflection;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Health;
using Hermes.Silo.Membership;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Hermes.Silo.Http;

/// <summary>What clients and supervisors ask of a silo before they talk to actors.</summary>
internal static class PlatformEndpoints
{
    public static void MapPlatform(this WebApplication app, SiloSettings settings)
    {
        var cluster = app.Services.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var endpoints = app.Services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var description = new PlatformDescription(
            Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
            settings.Site,
            $"{endpoints.AdvertisedIPAddress}:{endpoints.GatewayPort}",
            cluster.ClusterId,
            cluster.ServiceId,
            settings.DataDirectory,
            Environment.ProcessId);
        app.MapGet("/platform", (LivingSilos silos) =>
        {
            var all = silos.All();
            return description with { Silos = [.. all.Select(s => s.Address)], Members = all };
        });
        app.MapGet("/platform/troubles", TroublesAsync);
        app.MapGet("/platform/settings", () => settings.Told);
    }

    // Whoever publishes notices a broker that is away; between two events its connection knows.
    private static async Task<IReadOnlyList<PlatformTrouble>> TroublesAsync(
        Troubles troubles, IBlobStore blobs, HealthCheckService health, Func<DiskRoom> room, IServiceProvider services, TimeProvider clock, CancellationToken cancellationToken)
    {
        var noticed = troubles.All;
        List<PlatformTrouble> found = [];
        if (await blobs.TroubleAsync(cancellationToken) is { } storage)
        {
            found.Add(new PlatformTrouble(Checks.Storage, storage.Message, clock.GetUtcNow(), 1));
        }

        if (services.GetService<TlsIdentity>()?.Warning(clock.GetUtcNow()) is { } expires)
        {
            found.Add(new PlatformTrouble("certificate", expires, clock.GetUtcNow(), 1));
        }

        // Asked often, for all pages: what the cache takes is counted for who asks how the silo is.
        if (room() is { IsLittle: true } little)
        {
            found.Add(new PlatformTrouble(Checks.Disk, $"{little.Words}.", clock.GetUtcNow(), 1));
        }

        var broker = await health.CheckHealthAsync(c => c.Name == Checks.Broker, cancellationToken);
        if (broker.Status != HealthStatus.Healthy && noticed.All(t => t.Subject != Checks.Broker))
        {
            var why = broker.Entries[Checks.Broker].Description;
            found.Add(new PlatformTrouble(Checks.Broker, $"The broker is not reached ({why}); events wait for it. Segmenting and training go on.", clock.GetUtcNow(), 1));
        }

        return [.. found, .. noticed];
    }
}
