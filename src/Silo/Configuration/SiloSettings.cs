using System.Net;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.Scheduling;
using Hermes.Hosting;

namespace Hermes.Silo.Configuration;

/// <summary>What a silo is told when it starts.</summary>
internal sealed record SiloSettings
{
    /// <summary>The name of the SQLite file.</summary>
    public const string DatabaseName = "hermes.db";

    /// <summary>Where everything is kept that is not kept for the whole cluster.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>All of it as it was told, and where.</summary>
    public ConfigReport Told { get; init; } = new([]);

    /// <summary>Where it listens for HTTP.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>How others call the machine.</summary>
    public string Host { get => field ?? Address.Address.ToString(); init; }

    /// <summary>By which address the other silos reach it.</summary>
    public IPAddress Advertised { get => field ?? Address.Address; init; }

    /// <summary>What proves who it is; null for clear text, on loopback.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>Where others reach it over HTTP, <c>HOST:PORT</c>.</summary>
    public string Reached => $"{Uri.Host}:{Address.Port}";

    /// <inheritdoc cref="Reached"/>
    public Uri Uri => new UriBuilder(Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps, Host, Address.Port).Uri;

    /// <summary>The silo's name; device keys begin with it.</summary>
    public string Name { get; init; } = SettingKeys.EmbeddedName;

    /// <summary>The site whose blobs it serves.</summary>
    public string Site { get; init; } = Names.DefaultSite;

    /// <summary>Devices that train and segment, one worker each; before they are looked for, <see cref="SettingKeys.Auto"/> may stand for them.</summary>
    public IReadOnlyList<string> Devices { get; init; } = ["cpu"];

    /// <summary>The folder of the libtorch that workers load, or <see cref="SettingKeys.Auto"/>; null for the packaged one.</summary>
    public string? Libtorch { get; init; }

    /// <summary>Whether they take another version than the packaged one.</summary>
    public bool LibtorchUnverified { get; init; }

    /// <summary>What tells a worker which libtorch to load.</summary>
    public IEnumerable<string> LibtorchOptions =>
        Libtorch is null ? [] : [SettingKeys.Libtorch.Option.Name, Libtorch, .. LibtorchUnverified ? [SettingKeys.LibtorchUnverified.Option.Name] : Array.Empty<string>()];

    /// <summary>The <see cref="WorkerAllocator"/> of workers: a word or a library's full path.</summary>
    public string Allocator { get; init; } = WorkerAllocator.Auto;

    /// <summary>Processor threads of a device's worker.</summary>
    public required int Threads { get; init; }

    /// <summary>Workers that look into new cases, one thread each.</summary>
    public required int IngestWorkers { get; init; }

    /// <summary>How often a training worker saves a checkpoint.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer is kept after it was found; null for ever.</summary>
    public TimeSpan? AnswersKept { get; init; }

    /// <summary>Stretches the limits after which a worker that does not get on is ended.</summary>
    public double Patience { get; init; } = 1;

    /// <summary>The RabbitMQ broker that carries events; null for none, events then stay in this process.</summary>
    public Uri? Broker { get; init; }

    /// <summary>The cluster it joins; null for a platform of its own.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>The file with the access token.</summary>
    public string TokenFile { get => field ?? Path.Combine(DataDirectory, AccessToken.FileName); init; }

    /// <summary>The folder of the blobs, where they are files.</summary>
    public string BlobsDirectory { get => field ?? Path.Combine(DataDirectory, "blobs"); init; }

    /// <summary>What can be made again.</summary>
    public string CacheDirectory => Path.Combine(DataDirectory, "cache");

    /// <summary>The folders that hold what users store: nobody else should enter them.</summary>
    public IEnumerable<string> Folders => Blobs is null ? [DataDirectory, BlobsDirectory] : [DataDirectory];

    /// <summary>The address of the blob store, a secret; null for files.</summary>
    public string? Blobs { get; init; }

    /// <summary>The collector that is sent traces, metrics and logs; null for none.</summary>
    public Uri? Collector { get; init; }

    /// <summary>Whether the end of standard input ends the silo.</summary>
    public bool ExitWithParent { get; init; }

    /// <summary>The largest file that may be sent, in bytes.</summary>
    public long LargestUpload { get; init; } = 64L << 30;

    /// <summary>Where it listens, and the setting that says so.</summary>
    public IEnumerable<(IPEndPoint Place, SettingKey Key)> Listens =>
    [
        (Address, SettingKeys.Address),
        .. Cluster is null ? [] : new[]
        {
            (new IPEndPoint(Address.Address, Cluster.SiloPort), SettingKeys.SiloPort), (new IPEndPoint(Address.Address, Cluster.GatewayPort), SettingKeys.GatewayPort),
        },
    ];

    /// <summary>The SQLite file of a platform of its own.</summary>
    public string EmbeddedDatabase => Path.Combine(DataDirectory, DatabaseName);

    /// <summary>Puts together what a silo was told.</summary>
    /// <exception cref="HermesException">Something cannot be used, or does not go with the rest.</exception>
    public static SiloSettings Of(ToldSettings told, bool exitWithParent)
    {
        // Also what this silo does not use.
        foreach (var key in SettingKeys.All)
        {
            told.Find(key);
        }

        var cluster = DatabaseAddress.Choose(told.Find(SettingKeys.DatabaseFile)) is not { } database ? null : new ClusterSettings
        {
            Database = database,
            SiloPort = told.Whole(SettingKeys.SiloPort),
            GatewayPort = told.Whole(SettingKeys.GatewayPort),
        };
        var address = SettingKeys.EndPoint(told.Get(SettingKeys.Address))!;
        var settings = new SiloSettings
        {
            DataDirectory = DataHome.Choose(told.Find(SettingKeys.DataDirectory)),
            Told = told.Report(),
            Address = address,
            Host = told.Find(SettingKeys.Host)!,
            Advertised = Reach.Advertised(address, told.Find(SettingKeys.Host)),
            Tls = TlsFiles.Of(told.Find(SettingKeys.TlsCertificateFile), told.Find(SettingKeys.TlsAuthorityFile)),
            Name = told.Find(SettingKeys.Name) ?? (cluster is null ? SettingKeys.EmbeddedName : Environment.MachineName.ToLowerInvariant()),
            Site = told.Get(SettingKeys.Site),
            Devices = SettingKeys.Devices(told.Get(SettingKeys.Device)),
            Libtorch = told.Find(SettingKeys.Libtorch),
            LibtorchUnverified = SettingKeys.IsYes(told.Get(SettingKeys.LibtorchUnverified)),
            Allocator = told.Get(SettingKeys.Allocator),
            Threads = told.Whole(SettingKeys.Threads),
            IngestWorkers = told.Whole(SettingKeys.IngestWorkers),
            CheckpointEvery = TimeSpan.FromSeconds(told.Number(SettingKeys.CheckpointSeconds)),
            AnswersKept = told.Number(SettingKeys.AnswersDays) is > 0 and var days ? TimeSpan.FromDays(days) : null,
            Patience = told.Number(SettingKeys.Patience),
            Broker = BrokerAddress.Choose(told.Find(SettingKeys.BrokerFile)),
            Blobs = BlobAddress.Choose(told.Find(SettingKeys.BlobsFile)),
            BlobsDirectory = told.Find(SettingKeys.BlobsDirectory)!,
            TokenFile = told.Find(SettingKeys.TokenFile)!,
            Collector = SettingKeys.Collector(told.Find(SettingKeys.OtlpEndpoint)),
            Cluster = cluster,
            ExitWithParent = exitWithParent,
        };
        WorkerAllocator.Require(settings.Allocator);
        Reach.Require(settings);
        if (cluster is not null && settings.Broker is null)
        {
            throw new HermesException(
                "A silo of a cluster needs a broker: events that stay in its memory would not reach the other silos.",
                hint: $"Write the address of a RabbitMQ broker into a file that only you can read and name it with {SettingKeys.BrokerFile.Option.Name}, or set {BrokerAddress.Variable}.");
        }

        return cluster is null || told.Find(SettingKeys.TokenFile) is not null ? settings : throw new HermesException(
            "A silo of a cluster needs an access token that all silos have: by it they know each other and their clients.",
            hint: $"Make one with 'openssl rand -hex 32', in a file that only you can read, give every silo a copy and name it with {SettingKeys.TokenFile.Option.Name}.");
    }

    /// <summary>The keys of the devices, <c>silo/device</c>.</summary>
    public string DeviceKey(string device) => $"{Name}/{device}";

    /// <summary>A device as libtorch knows it: the processor is one for it, however many it counts as here.</summary>
    public static string LibraryDevice(string device) => KindOf(device) == DeviceKinds.Cpu ? DeviceKinds.Cpu : device;

    /// <summary>The kind of a device.</summary>
    public static string KindOf(string device) => device.Split(':')[0];
}

/// <summary>The cluster that a silo joins.</summary>
internal sealed record ClusterSettings
{
    /// <summary>The connection string of its database; a secret.</summary>
    public required string Database { get; init; }

    /// <summary>Where the other silos reach this one.</summary>
    public required int SiloPort { get; init; }

    /// <summary>Where clients reach its actors.</summary>
    public required int GatewayPort { get; init; }
}
