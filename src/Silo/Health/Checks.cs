using System.IO.Enumeration;
using Hermes.Blobs;
using Hermes.Grains.Events;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hermes.Silo.Health;

/// <summary>
/// What of a silo is looked at. It is unhealthy while it starts and once it ends, so that nobody new is sent to it; whatever else is away makes it
/// degraded: the other silos see the same database, broker and blobs, and what does not need them goes on.
/// </summary>
internal static class Checks
{
    public const string Start = "start";
    public const string End = "end";
    public const string Storage = PlatformHealth.Blobs;
    public const string Broker = BrokerEventBus.Subject;
    public const string Noticed = "troubles";
    public const string Disk = PlatformHealth.Disk;

    // Supervisors wait a second for an answer; a store that needs longer is away.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Adds them all but <see cref="Broker"/>, which comes with its connection.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        // Whoever asks is told; a line in the log every few seconds would tell nothing more.
        services.AddLogging(logging => logging.AddFilter(typeof(HealthCheckService).Namespace, LogLevel.None));
        services.TryAddSingleton<Func<DiskRoom>>(s => () => DiskRoom.Of(s.GetRequiredService<SiloSettings>().DataDirectory));
        services.AddHealthChecks()
            .Add(new HealthCheckRegistration(
                Start, s => new LifeCheck(s.GetRequiredService<IHostApplicationLifetime>(), l => l.ApplicationStarted.IsCancellationRequested, "It has started.", "It is starting."), null, null))
            .Add(new HealthCheckRegistration(
                End, s => new LifeCheck(s.GetRequiredService<IHostApplicationLifetime>(), l => !l.ApplicationStopping.IsCancellationRequested, "It is not ending.", "It is ending."), null, null))
            .AddCheck<DatabaseCheck>(PlatformHealth.Database, HealthStatus.Degraded, timeout: Patience)
            .AddCheck<StorageCheck>(Storage, HealthStatus.Degraded, timeout: Patience)
            .AddCheck<RoomCheck>(Disk, HealthStatus.Degraded, timeout: Patience)
            .AddCheck<NoticedCheck>(Noticed, HealthStatus.Degraded);
    }

    /// <summary>The broker as its connection sees it.</summary>
    public static void ConfigureHealth(this IBusRegistrationConfigurator bus) => bus.ConfigureHealthCheckOptions(options =>
    {
        options.Name = Broker;
        options.MinimalFailureStatus = HealthStatus.Degraded;
    });

    private static HealthCheckResult Late(string what) => HealthCheckResult.Degraded($"{what} did not answer within {Patience.TotalMilliseconds:0} ms.");

    private sealed class LifeCheck(IHostApplicationLifetime life, Func<IHostApplicationLifetime, bool> isWell, string well, string otherwise) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) =>
            Task.FromResult(isWell(life) ? HealthCheckResult.Healthy(well) : HealthCheckResult.Unhealthy(otherwise));
    }

    private sealed class DatabaseCheck(Database database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            try
            {
                await using var connection = await database.OpenAsync(cancellationToken);
                await using var any = Database.Command(connection, "SELECT 1 FROM catalog LIMIT 1");
                await any.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy(database.Description);
            }
            catch (Exception failure) when (database.Explain(failure) is { } told)
            {
                return HealthCheckResult.Degraded(told.Message);
            }
            catch (OperationCanceledException)
            {
                return Late($"The database {database.Description}");
            }
        }
    }

    // Asked for a blob, because a store that nobody used since it went away knows nothing of it.
    private sealed class StorageCheck(IBlobStore blobs) : IHealthCheck
    {
        private readonly BlobRef _any = BlobDigest.Of([], blobs.Site, MediaTypes.Json);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            try
            {
                await blobs.ExistsAsync(_any, cancellationToken);
                return await blobs.TroubleAsync(cancellationToken) is { } trouble ? HealthCheckResult.Degraded(trouble.Message) : HealthCheckResult.Healthy(blobs.Place);
            }
            catch (OperationCanceledException)
            {
                return Late($"The blob store {blobs.Place}");
            }
        }
    }

    private sealed class RoomCheck(SiloSettings settings, Func<DiskRoom> room) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
        {
            var found = room();
            var told = $"{found.Words}. The cache takes {Sizes.Gibibytes(Size(settings.CacheDirectory))}, and gives way where the disk is full.";
            return Task.FromResult(found.IsLittle ? HealthCheckResult.Degraded(told) : HealthCheckResult.Healthy(told));
        }

        // What is removed meanwhile has no size.
        private static long Size(string folder) => Directory.Exists(folder)
            ? new FileSystemEnumerable<long>(folder, (ref FileSystemEntry file) => file.IsDirectory ? 0 : file.Length, new() { RecurseSubdirectories = true }).Sum()
            : 0;
    }

    private sealed class NoticedCheck(Troubles troubles) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken) => Task.FromResult(
            troubles.All is { Count: > 0 } known
                ? HealthCheckResult.Degraded(string.Join(' ', known.Select(t => $"{t.Subject}: {t.Message}")))
                : HealthCheckResult.Healthy("There are none."));
    }
}
