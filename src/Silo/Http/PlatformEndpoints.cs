using System.Reflection;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
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
        Troubles troubles, IBlobStore blobs, HealthCheckService health, IServiceProvider services, TimeProvider clock, CancellationToken cancellationToken)
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

        var checks = (await health.CheckHealthAsync(c => c.Name is Checks.Broker or Checks.Disk, cancellationToken)).Entries;
        if (checks[Checks.Disk] is { Status: not HealthStatus.Healthy } disk)
        {
            found.Add(new PlatformTrouble(Checks.Disk, disk.Description ?? "The disk cannot be asked.", clock.GetUtcNow(), 1));
        }

        if (checks.TryGetValue(Checks.Broker, out var broker) && broker.Status != HealthStatus.Healthy && noticed.All(t => t.Subject != Checks.Broker))
        {
            var why = broker.Description;
            found.Add(new PlatformTrouble(Checks.Broker, $"The broker is not reached ({why}); events wait for it. Segmenting and training go on.", clock.GetUtcNow(), 1));
        }

        return [.. found, .. noticed];
    }
}
