using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hermes.Client;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Storage;
using Hermes.Silo.Tests.Processes;
using Npgsql;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>
/// Two silos, <c>one</c> and <c>two</c>, at the network address of this machine: they, their database, their broker and their clients know each other by
/// certificates.
/// </summary>
public sealed class NetworkCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<SiloCluster>> _cluster;
    private readonly CertificateAuthority _authority;

    private PostgreSqlServer? _database;

    public NetworkCluster()
    {
        _authority = new CertificateAuthority(_folder.Path, TimeProvider.System);
        _authority.Create();
        _cluster = new(BeginAsync);
    }

    /// <summary>The certificates of a client.</summary>
    public TlsFiles Client => field ??= Issued("client");

    /// <summary>Of the same form, from an authority that nobody in the cluster knows.</summary>
    public TlsFiles Stranger
    {
        get
        {
            if (field is null)
            {
                var other = new CertificateAuthority(_folder.Folder("other"), TimeProvider.System);
                other.Create();
                field = new TlsFiles(other.Issue("stranger", [Host().ToString()]).File, other.CertificateFile);
            }

            return field;
        }
    }

    /// <summary>The certificates of a silo.</summary>
    public TlsFiles Silo(string name) => new(_folder.At($"{name}.pem"), _authority.CertificateFile);

    public static IPAddress Host()
    {
        var found = NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork);
        Requirement.Met("network", found is not null, "This machine has no IPv4 address but loopback.");
        return found!;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cluster is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _cluster.Value).DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>The cluster, begun by the first test that wants it.</summary>
    internal Task<SiloCluster> GetAsync() => _cluster.Value;

    /// <summary>A client that knows one silo and is told of the other.</summary>
    internal async Task<HermesClient> ConnectAsync(string silo, TlsFiles? tls)
    {
        var cluster = await GetAsync();
        return await HermesClient.ConnectAsync(cluster[silo].Address, null, cluster.TokenFile, tls);
    }

    private async Task<SiloCluster> BeginAsync()
    {
        var host = Host();
        var server = Issued("server", "127.0.0.1");
        _database = await PostgreSqlServer.StartAsync(server);
        var (_, owner) = await _database.CreateDatabaseAsync();
        await PostgresSchema.InstallAsync(new PostgresDatabase(owner), null, default);

        // Silos find the authority in their own settings.
        var cluster = SiloCluster.Of(await RabbitMqServer.StartAsync(server), new NpgsqlConnectionStringBuilder(owner) { RootCertificate = null }.ConnectionString);
        foreach (var name in new[] { "one", "two" })
        {
            var tls = Issued(name, host.ToString());
            var address = string.Create(CultureInfo.InvariantCulture, $"{host}:{Loopback.FreePorts(1)[0]}");
            await cluster.BeginAsync(name, "--address", address, TlsFileOptions.Certificate, tls.Certificate, TlsFileOptions.Authority, tls.Authority);
        }

        return cluster;
    }

    private TlsFiles Issued(string name, params string[] hosts) => new(_authority.Issue(name, hosts).File, _authority.CertificateFile);
}
