using System.Globalization;
using System.Net.Http.Headers;
using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Devices;
using Hermes.Silo.Events;
using Hermes.Silo.Security;
using Hermes.Silo.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Hermes.Silo.Hosting;

/// <summary>Tries what a silo's settings name, one after the other; beside a silo that works with them, too.</summary>
internal static class SettingsCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<ConfigCheck>> RunAsync(Func<SiloSettings> read, CancellationToken cancellationToken)
    {
        SiloSettings? settings = null;
        var checks = new List<ConfigCheck>
        {
            await TryAsync("settings", () =>
            {
                settings = read();
                return Task.FromResult(settings.Cluster is not null ? $"silo {settings.Name} of a cluster" : "a platform of its own");
            }),
        };
        if (settings is null)
        {
            return checks;
        }

        checks.Add(await TryAsync("data directory", () => Task.FromResult(Folder(settings.DataDirectory))));
        TlsIdentity? tls = null;
        if (settings.Tls is not null)
        {
            checks.Add(await TryAsync("certificate", () =>
            {
                tls = SiloTls.Of(settings, TimeProvider.System)!;
                return Task.FromResult(tls.Warning(TimeProvider.System.GetUtcNow()) ?? string.Create(CultureInfo.InvariantCulture, $"{settings.Tls.Certificate} is good until {tls.Expires.UtcDateTime:u}"));
            }));
        }

        checks.Add(await TryAsync("access token", () => Task.FromResult(Token(settings))));
        var isUp = false;
        checks.Add(await TryAsync("address", async () =>
        {
            isUp = await IsUpAsync(settings, tls, cancellationToken);
            return isUp ? $"this silo answers at {settings.Address}" : $"{settings.Address} is free";
        }));
        Database? database = null;
        if (settings.Cluster is { } joined)
        {
            checks.Add(await TryAsync("ports", () => Task.FromResult(Ports(settings, isUp))));
            checks.Add(await TryAsync("database", async () =>
            {
                var postgres = new PostgresDatabase(joined.Database, settings.Tls?.Authority);
                await Task.Run(postgres.Prepare, cancellationToken);
                database = postgres;
                return $"{postgres.Description} is prepared for this build";
            }));
        }
        else if (File.Exists(settings.EmbeddedDatabase))
        {
            database = new SqliteDatabase(settings.EmbeddedDatabase);
        }

        if (settings.Broker is { } broker)
        {
            checks.Add(await TryAsync("broker", () => BrokerAsync(broker, tls, cancellationToken)));
        }

        checks.Add(await TryAsync("blobs", () => BlobsAsync(settings, database, cancellationToken)));
        if (settings.Libtorch is not null)
        {
            checks.Add(await TryAsync("libtorch", async () =>
            {
                var (found, _) = await DeviceDiscovery.OfMachine.CompleteAsync(settings, cancellationToken);
                return $"that in {found.Libtorch} is taken, for {string.Join(", ", found.Devices)}";
            }));
        }

        if (settings.Collector is { } collector)
        {
            checks.Add(await TryAsync("collector", () => CollectorAsync(collector, cancellationToken)));
        }

        return checks;
    }

    private static async Task<ConfigCheck> TryAsync(string subject, Func<Task<string>> look)
    {
        try
        {
            return new ConfigCheck(subject, await look());
        }
        catch (HermesException problem)
        {
            return new ConfigCheck(subject, "cannot be used", problem.Message, problem.Hint);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new ConfigCheck(subject, "cannot be used", problem.Message);
        }
    }

    private static string Folder(string directory)
    {
        if (!Directory.Exists(directory))
        {
            var above = directory;
            while (!Directory.Exists(above))
            {
                above = Path.GetDirectoryName(above)!;
            }

            Write(above);
            return $"{directory} is made at the first start";
        }

        Write(directory);
        return PrivateFolder.Warning(directory) ?? $"{directory} can be written to";
    }

    private static void Write(string directory)
    {
        var probe = Path.Combine(directory, $".{Path.GetRandomFileName()}");
        File.WriteAllBytes(probe, []);
        File.Delete(probe);
    }

    private static string Token(SiloSettings settings)
    {
        if (settings.Cluster is null && !File.Exists(settings.TokenFile))
        {
            return $"{settings.TokenFile} is made at the first start";
        }

        Access.OfPlatform(settings.TokenFile);
        return $"{settings.TokenFile} holds one of a platform";
    }

    private static string Ports(SiloSettings settings, bool isUp)
    {
        var ports = settings.Listens.Skip(1).ToList();
        if (!isUp)
        {
            ports.ForEach(port => SiloHost.RequireFree(port.Place, port.Key));
        }

        return $"{string.Join(" and ", ports.Select(p => p.Place))} {(isUp ? "are this silo's" : "are free")}";
    }

    // Whether this silo itself is at work at the address.
    private static async Task<bool> IsUpAsync(SiloSettings settings, TlsIdentity? tls, CancellationToken cancellationToken)
    {
        if (Loopback.WhyTaken(settings.Address) is not { } taken)
        {
            return false;
        }

        using var sockets = new SocketsHttpHandler { UseProxy = false };
        tls?.Enter(sockets.SslOptions);
        using var http = new HttpClient(sockets) { BaseAddress = settings.Uri, Timeout = Patience };
        try
        {
            var signature = AccessToken.Read(settings.TokenFile).Sign("GET", "/platform", TimeProvider.System.GetUtcNow());
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(AccessToken.Scheme, signature);
            var platform = await http.GetFromJsonAsync<PlatformDescription>("platform", cancellationToken);
            if (platform?.DataDirectory == settings.DataDirectory)
            {
                return true;
            }
        }
        catch (Exception other) when (other is HttpRequestException or HermesException or System.Text.Json.JsonException
            || (other is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Something else answers, or nothing.
        }

        throw new HermesException(
            $"The address {settings.Address} cannot be used: {taken}.", hint: $"End the program that listens there, or choose another address with {SettingKeys.Address.Name}.");
    }

    private static async Task<string> BrokerAsync(Uri broker, TlsIdentity? tls, CancellationToken cancellationToken)
    {
        var where = $"{broker.Host}:{broker.Port}";
        try
        {
            var factory = new ConnectionFactory { Uri = broker, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = Patience };
            factory.UseTls(broker, tls);
            await using var connection = await factory.CreateConnectionAsync(cancellationToken);
            return $"{where} takes connections";
        }
        catch (Exception refused) when (refused is BrokerUnreachableException or OperationInterruptedException or TimeoutException)
        {
            var cause = refused;
            while (cause.InnerException is { } inner)
            {
                cause = inner;
            }

            throw new HermesException(
                $"The broker {where} cannot be used: {cause.Message.TrimEnd('.')}.",
                hint: "Look whether it runs and can be reached, and at user, password and virtual host in its address. A silo starts without it, and its events wait.");
        }
    }

    // An export of nothing.
    private static async Task<string> CollectorAsync(Uri collector, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = Patience };
        using var nothing = new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        try
        {
            using var answer = await http.PostAsync(new Uri($"{collector.AbsoluteUri.TrimEnd('/')}/v1/traces"), nothing, cancellationToken);
            answer.EnsureSuccessStatusCode();
            return $"{collector} takes traces";
        }
        catch (Exception refused) when (refused is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new HermesException(
                $"The collector {collector} cannot be used: {refused.Message.TrimEnd('.')}.",
                hint: "Look whether it runs and takes OTLP over HTTP there, most often at port 4318. A silo works without it.");
        }
    }

    // The cluster's own proof, that all silos see the same, is made by the start.
    private static async Task<string> BlobsAsync(SiloSettings settings, Database? database, CancellationToken cancellationToken)
    {
        var blobs = BlobStores.Open(settings.DataDirectory, settings.BlobsDirectory, settings.Blobs, settings.Site);
        try
        {
            await (database is null ? Task.CompletedTask : BlobOwner.RequireUsableAsync(database, blobs, cancellationToken));
        }
        catch (Exception failure) when (failure is not HermesException && database!.Told(failure) is { } told)
        {
            throw told;
        }

        if (!await blobs.IsMadeAsync(cancellationToken))
        {
            return settings.Blobs is null ? Folder(blobs.Place) : $"{blobs.Place} is made at the first start";
        }

        await blobs.ExistsAsync(BlobDigest.Of([], settings.Site, ""), cancellationToken);
        return await blobs.TroubleAsync(cancellationToken) is { } trouble
            ? throw trouble.ToException()
            : settings.Blobs is null ? Folder(blobs.Place) : "the container answers";
    }
}
