using System.Net;
using Hermes.Grains.Interfaces;

namespace Hermes.Silo.Configuration;

/// <summary>What a silo is told when it starts.</summary>
internal sealed record SiloSettings
{
    /// <summary>The name of the SQLite file.</summary>
    public const string DatabaseName = "hermes.db";

    /// <summary>Where everything is kept.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the platform is found over HTTP; loopback.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>The silo's name; device keys begin with it.</summary>
    public string Name { get; init; } = "silo";

    /// <summary>The site whose blobs it serves.</summary>
    public string Site { get; init; } = Names.DefaultSite;

    /// <summary>Devices that train and segment, one worker each.</summary>
    public IReadOnlyList<string> Devices { get; init; } = ["cpu"];

    /// <summary>Processor threads of a device's worker.</summary>
    public required int Threads { get; init; }

    /// <summary>Workers that look into new cases, one thread each.</summary>
    public required int IngestWorkers { get; init; }

    /// <summary>How often a training worker saves a checkpoint.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Stretches the limits after which a worker that does not get on is ended.</summary>
    public double Patience { get; init; } = 1;

    /// <summary>The RabbitMQ broker that carries events; null for none, events then stay in this process.</summary>
    public Uri? Broker { get; init; }

    /// <summary>The address of the blob store, a secret; null for files below the data directory.</summary>
    public string? Blobs { get; init; }

    /// <summary>Whether the end of standard input ends the silo.</summary>
    public bool ExitWithParent { get; init; }

    /// <summary>The largest file that may be sent, in bytes.</summary>
    public long LargestUpload { get; init; } = 64L << 30;

    /// <summary>The SQLite file.</summary>
    public string Database => Path.Combine(DataDirectory, DatabaseName);

    /// <summary>The keys of the devices, <c>silo/device</c>.</summary>
    public string DeviceKey(string device) => $"{Name}/{device}";
}
