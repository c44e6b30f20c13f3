using System.Net;
using Hermes.Blobs;
using Hermes.Grains;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Seams;
using Hermes.Grains.State;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;
using Hermes.Silo.Events;
using Hermes.Silo.Health;
using Hermes.Silo.Http;
using Hermes.Silo.Logging;
using Hermes.Silo.Membership;
using Hermes.Silo.Security;
using Hermes.Silo.Storage;
using Hermes.Silo.Telemetry;
using Hermes.Silo.Workers;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Hermes.Silo.Hosting;

/// <summary>Puts the silo together.</summary>
internal static class SiloHost
{
    /// <summary>Runs until told to stop.</summary>
    /// <exception cref="HermesException">The data directory or the address is taken, or what the silo needs is away.</exception>
    public static async Task RunAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await ServeAsync(settings, cancellationToken);
        }
        catch (Exception failure) when (failure is not HermesException && DatabaseOf(settings).Told(failure) is { } told)
        {
            throw told;
        }
    }

    private static async Task ServeAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        OpenFiles.Require();
        using var data = DataDirectoryLock.Take(settings.DataDirectory);
        RequireFree(settings);
        foreach (var warning in settings.Folders.Select(PrivateFolder.Warning).OfType<string>())
        {
            await Console.Error.WriteLineAsync(warning);
        }

        (settings, var unused) = await DeviceDiscovery.OfMachine.CompleteAsync(settings, cancellationToken);
        if (unused is not null)
        {
            await Console.Error.WriteLineAsync(unused);
        }

        var app = Build(settings);
        await using (app.ConfigureAwait(false))
        {
            var name = app.Services.GetService<OneName>();
            if (name is not null)
            {
                await name.TakeAsync(cancellationToken);
                await app.Services.GetRequiredService<StoreProbe>().RequireSameAsync(cancellationToken);
            }

            app.Lifetime.ApplicationStarted.Register(() => ParentWatch.Start(settings.ExitWithParent, app.Lifetime.StopApplication));
            try
            {
                await app.StartAsync(cancellationToken);
                await Console.Out.WriteLineAsync($"hermes-silo is ready at {settings.Uri.GetLeftPart(UriPartial.Authority)}, data in {settings.DataDirectory}, process {Environment.ProcessId}");
                await app.WaitForShutdownAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (name?.Refusal is not null)
            {
                // It was to end before it had begun.
            }

            if (name?.Refusal is { } refusal)
            {
                throw refusal;
            }
        }
    }

    // Before anything else is started.
    private static void RequireFree(SiloSettings settings)
    {
        foreach (var (place, key) in settings.Listens)
        {
            RequireFree(place, key);
        }
    }

    /// <summary>Refuses a place at which something listens already.</summary>
    /// <exception cref="HermesException">Something does.</exception>
    internal static void RequireFree(IPEndPoint place, SettingKey key)
    {
        if (Loopback.WhyTaken(place) is { } taken)
        {
            throw new HermesException(
                $"The address {place} cannot be used: {taken}.",
                hint: $"Another program listens there, perhaps another platform: stop it, or choose another port with {key.Option.Name}.");
        }
    }

    /// <summary>Everything the silo is made of; prepares the data directory, starts nothing.</summary>
    /// <param name="settings">What the silo was told.</param>
    /// <param name="isEnding">Whether it was told to end.</param>
    internal static WebApplicationBuilder CreateBuilder(SiloSettings settings, Func<bool>? isEnding = null)
    {
        var tls = SiloTls.Of(settings, TimeProvider.System);
        var database = DatabaseOf(settings);
        database.Prepare();
        var blobs = BlobStores.Open(settings.DataDirectory, settings.BlobsDirectory, settings.Blobs, settings.Site);
        BlobOwner.RequireAsync(database, blobs).GetAwaiter().GetResult();
        blobs.PrepareAsync(isShared: settings.Cluster is not null).GetAwaiter().GetResult();
        Housekeeping.RemoveUnfinished(settings.DataDirectory, DateTimeOffset.MaxValue);

        var devices = SiloDevices.Find(settings);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new FileLog(Path.Combine(settings.DataDirectory, "logs", "silo.log"), TimeProvider.System));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Hermes", LogLevel.Information);

        // Polly tells every retry what Orleans tells once; and while the silo ends, that an actor is gone is no error.
        builder.Logging.AddFilter("Polly", LogLevel.None);
        builder.Logging.AddFilter("Orleans.Messaging", level => level >= (isEnding?.Invoke() == true ? LogLevel.Critical : LogLevel.Warning));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(settings.Address, listen => listen.UseTls(tls)));
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = Grace.Silo);
        var token = Access.TokenOf(settings);
        var given = new SqlAccess(database, token, TimeProvider.System);
        var access = new Access(token, settings.TokenFile, given, TimeProvider.System);
        builder.Services.AddSingleton<IAccessStore>(given);
        builder.Services.AddSingleton<IAuditStore>(new SqlAudit(database, TimeProvider.System));
        AddSeams(builder.Services, settings, database, blobs, access);
        builder.Services.AddSingleton(devices);
        if (tls is not null)
        {
            builder.Services.AddSingleton(tls);
        }

        builder.UseOrleans(silo => Configure(silo, settings, devices, database, tls, access));
        builder.Services.AddEvents(settings, tls);
        builder.Services.AddHealth();
        builder.AddTelemetry(settings);
        builder.Services.AddHostedService<DeviceDeclaration>();
        builder.Services.AddHostedService<DeathWatch>();
        builder.Services.AddHostedService<Housekeeping>();
        if (settings.Cluster is not null)
        {
            builder.Services.AddSingleton<OneName>().AddHostedService(s => s.GetRequiredService<OneName>());
        }

        return builder;
    }

    private static Database DatabaseOf(SiloSettings settings) =>
        settings.Cluster is { } cluster ? new PostgresDatabase(cluster.Database, settings.Tls?.Authority) : new SqliteDatabase(settings.EmbeddedDatabase);

    private static WebApplication Build(SiloSettings settings)
    {
        var stopping = CancellationToken.None;
        var app = CreateBuilder(settings, () => stopping.IsCancellationRequested).Build();
        stopping = app.Lifetime.ApplicationStopping;
        app.UseAccess();
        app.MapPlatform(settings);
        app.MapHealth();
        app.MapMetrics();
        app.MapBlobs();
        return app;
    }

    private static void AddSeams(IServiceCollection services, SiloSettings settings, Database database, IBlobStore blobs, Access access)
    {
        services.AddSingleton(settings);
        services.AddSingleton(blobs);
        services.AddSingleton(database);
        services.AddSingleton<ICatalogStore>(new SqlCatalog(database));
        services.AddSingleton(access);
        services.AddSingleton<LivingSilos>();
        services.AddSingleton(s => new StoreProbe(s.GetRequiredService<ICatalogStore>(), blobs, settings.Name, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new PreparedCases(settings.CacheDirectory));
        services.AddSingleton(new UploadParts(Path.Combine(settings.CacheDirectory, "uploads")));
        services.AddSingleton<IBlobCare, BlobCare>();
        services.AddSingleton<IWorkerPool, WorkerPool>();
        var ticketKey = BlobTickets.LoadKey(Path.Combine(settings.DataDirectory, "tickets.key"));
        services.AddSingleton(s => new BlobTickets(
            ticketKey,
            settings.Uri,
            settings.LargestUpload,
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IBlobTickets>(s => s.GetRequiredService<BlobTickets>());
    }

    private static void Configure(ISiloBuilder silo, SiloSettings settings, SiloDevices devices, Database database, TlsIdentity? tls, Access access)
    {
        if (settings.Cluster is { } cluster)
        {
            silo.JoinCluster(settings, cluster, devices, database);
        }
        else
        {
            var ports = Loopback.FreePorts(2);
            silo.UseLocalhostClustering(ports[0], ports[1], primarySiloEndpoint: null, ClusterMembership.Service, ClusterMembership.Service);
            silo.UseInMemoryReminderService();
            silo.Configure<EndpointOptions>(o => o.AdvertisedIPAddress = IPAddress.Loopback);
        }

        // The token is proved inside TLS.
        silo.UseTls(tls);
        silo.Configure<SiloConnectionOptions>(access.Guard);
        silo.Configure<SiloOptions>(o => o.SiloName = settings.Name);
        silo.AddAdoNetGrainStorage(ClusterMembership.Service, options =>
        {
            options.Invariant = database.Invariant;
            options.ConnectionString = database.ConnectionString;
            options.GrainStorageSerializer = new StateJson();
        });
        silo.AddActivityPropagation();
        silo.AddIncomingGrainCallFilter<CallAccess>();
        silo.AddOutgoingGrainCallFilter<CallStatement>();
        silo.AddIncomingGrainCallFilter<StorageFailures>();
        silo.Configure<ExceptionSerializationOptions>(StorageFailures.Send);
        silo.Services.AddSingleton(new GrainTimings { AnswersKept = settings.AnswersKept });
        silo.AddHermesGrains();
    }
}
