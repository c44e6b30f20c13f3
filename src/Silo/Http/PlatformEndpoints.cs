using System.Reflection;
using Hermes.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
using Hermes.Silo.Configuration;
using Hermes.Silo.Membership;
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
        app.MapGet("/platform", (SiloAddresses silos) => description with { Silos = silos.All() });
        app.MapGet("/platform/troubles", async (Troubles troubles, IBlobStore blobs, TimeProvider clock, CancellationToken cancellationToken) =>
        {
            var now = clock.GetUtcNow();
            IEnumerable<PlatformTrouble> Seen(string subject, string? message) => message is null ? [] : [new PlatformTrouble(subject, message, now, 1)];
            return (IReadOnlyList<PlatformTrouble>)
            [
                .. Seen("storage", (await blobs.TroubleAsync(cancellationToken))?.Message),
                .. Seen("certificate", app.Services.GetService<TlsIdentity>()?.Warning(now)),
                .. troubles.All,
            ];
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        var life = app.Lifetime;
        app.MapGet("/health/live", () => Results.Ok());
        app.MapGet("/health/startup", () => Answer(life.ApplicationStarted.IsCancellationRequested));
        app.MapGet("/health/ready", () => Answer(life.ApplicationStarted.IsCancellationRequested && !life.ApplicationStopping.IsCancellationRequested));
    }

    private static IResult Answer(bool isGood) => Results.StatusCode(isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
