using System.Collections.Concurrent;
using System.Globalization;
using Hermes.Client;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Silo.Tests.Processes;
using Hermes.Silo.Tests.Storage;

namespace Hermes.Silo.Tests.EndToEnd;

/// <summary>Several real silos on one database, one broker and one folder of blobs.</summary>
internal sealed class SiloCluster : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RabbitMqServer _broker;
    private readonly Dictionary<string, int[]> _ports = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SiloProcess> _silos = new(StringComparer.Ordinal);

    private SiloCluster(RabbitMqServer broker, string database) => (_broker, Database) = (broker, database);

    public SiloProcess this[string name] => _silos[name];

    /// <summary>How a silo reaches the database.</summary>
    public string Database { get; }

    public Uri Broker => _broker.Address;

    public string BlobsDirectory => _folder.At("blobs");

    /// <summary>The connection string, in a file.</summary>
    public string DatabaseFile => _folder.File("database", Database);

    public string TokenFile => File.Exists(_folder.At("token")) ? _folder.At("token") : _folder.File("token", AccessToken.NewText());

    /// <summary>A cluster that has no silo yet.</summary>
    public static SiloCluster Of(RabbitMqServer broker, string database) => new(broker, database);

    public static async Task<SiloCluster> StartAsync(SharedPostgreSql shared, params string[] names)
    {
        var database = await shared.PreparedAsync();
        var cluster = Of(await RabbitMqServer.StartAsync(), database.ConnectionString);
        foreach (var name in names)
        {
            await cluster.BeginAsync(name);
        }

        return cluster;
    }

    /// <summary>Starts a silo: for the first time, or again at its ports and with its data.</summary>
    public Task<SiloProcess> BeginAsync(string name, params string[] more) => BeginAsync(PlatformProgram.Silo.Find(), name, more);

    /// <summary>Starts a silo that was built somewhere.</summary>
    public async Task<SiloProcess> BeginAsync(string program, string name, string[] more) =>
        _silos[name] = await SiloProcess.StartAsync(program, DataOf(name), Arguments(name, more));

    /// <summary>Runs a silo that is expected to end by itself.</summary>
    public Task<(int ExitCode, string Output, string Errors)> RunAsync(string name, params string[] more) =>
        SiloProcess.RunAsync(["--data-dir", DataOf(name), .. Arguments(name, more)]);

    /// <summary>The data directory of a silo.</summary>
    public string DataOf(string name) => _folder.At(name);

    /// <summary>A client that knows one silo and is told of the others.</summary>
    public Task<HermesClient> ConnectAsync(string name) => HermesClient.ConnectAsync(this[name].Address, null, TokenFile);

    /// <summary>The silo port and the gateway port of a silo, and that of its address.</summary>
    public IReadOnlyList<int> PortsOf(string name) => _ports[name];

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.Values)
        {
            await silo.DisposeAsync();
        }

        await _broker.DisposeAsync();
        _folder.Dispose();
    }

    private string[] Arguments(string name, string[] more)
    {
        if (!_ports.TryGetValue(name, out var ports))
        {
            _ports[name] = ports = Loopback.FreePorts(3);
        }

        return
        [
            .. more.Contains("--name") ? Array.Empty<string>() : ["--name", name], "--database-file", DatabaseFile, "--broker-file", _folder.File("broker", _broker.Address.ToString()),
            "--token-file", TokenFile, "--silo-port", ports[0].ToString(CultureInfo.InvariantCulture), "--gateway-port", ports[1].ToString(CultureInfo.InvariantCulture),
            .. more.Contains("--address") ? Array.Empty<string>() : ["--address", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports[2]}")],
            .. more.Contains("--blobs-dir") ? Array.Empty<string>() : ["--blobs-dir", BlobsDirectory],
            .. more.Contains("--checkpoint-seconds") ? Array.Empty<string>() : ["--checkpoint-seconds", "0.2"],
            .. more,
        ];
    }
}
