using System.Net;
using System.Text.RegularExpressions;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Hosting;

namespace Hermes.Silo.Configuration;

/// <summary>Everything that a silo can be told.</summary>
internal static partial class SettingKeys
{
    /// <summary>The embedded platform has one silo; in a cluster each has the name of its machine unless it is told another.</summary>
    public const string EmbeddedName = "silo";

    /// <summary>Stands for the devices that are found, and for the libtorch of the PyTorch that python3 imports.</summary>
    public const string Auto = "auto";

    private const string Yes = "yes";
    private const string APort = "a port from 1 to 65535";
    private const string AName = "a name of letters, digits and dashes, at most 63";

    public static SettingKey DataDirectory { get; } = new("data-dir", DataHome.Help, "a folder", null, _ => true, isFile: true);

    public static SettingKey Address { get; } = new(
        "address",
        "IP address and port at which the platform listens; other than loopback only in a cluster and over TLS. 0.0.0.0 stands for all addresses of the machine.",
        "an IP address and a port, like 127.0.0.1:5081",
        PlatformDescription.DefaultAddress,
        text => EndPoint(text) is not null);

    public static SettingKey Host { get; } = new(
        "host",
        "Host name or IP address by which other machines reach this one; that of the address when not given.",
        "a host name or an IP address",
        null,
        text => Uri.CheckHostName(text) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6);

    public static SettingKey TlsCertificateFile { get; } = new(
        TlsFileOptions.Certificate[2..],
        "A file with the silo's certificate, its chain and its private key, in PEM: silos, clients and blobs then go over TLS. 'hermes cluster certificate' makes one.",
        "a file",
        null,
        _ => true,
        isFile: true);

    public static SettingKey TlsAuthorityFile { get; } = new(
        TlsFileOptions.Authority[2..],
        "A file with the certificate, in PEM, of the authority by which silos and clients are known to each other, and where they name none of their own, database and broker.",
        "a file",
        null,
        _ => true,
        isFile: true);

    public static SettingKey Threads { get; } = SettingKey.Whole("threads", "Processor threads that train and segment.", 1, 1024, Environment.ProcessorCount);

    public static SettingKey IngestWorkers { get; } = SettingKey.Whole(
        "ingest-workers", "Workers beside the devices, which look into new cases and compare priors, one thread each.", 1, 64, Math.Clamp(Environment.ProcessorCount / 2, 1, 4));

    public static SettingKey Device { get; } = new(
        "device",
        "The devices that train and segment, with commas between: cpu, or cpu:0, cpu:1 and so on to have the processor count as several, each with the threads that are set; cuda:0 and so on; none for a silo that only keeps; auto for all cards that libtorch can use, or the processor where there is none.",
        "cpu, cpu:N, cuda:N, auto or none",
        Auto,
        IsDevices);

    public static SettingKey Libtorch { get; } = new(
        "libtorch",
        "An existing PyTorch whose libtorch the workers load in place of the packaged one: the folder of its native libraries, such as /opt/venv/lib/python3.12/site-packages/torch/lib, or auto for that of the PyTorch that python3 imports.",
        "a full path or auto",
        null,
        text => text == Auto || Path.IsPathRooted(text));

    public static SettingKey LibtorchUnverified { get; } = new(
        "libtorch-unverified",
        "Whether a libtorch of another version than the packaged one is taken, if a small network's pass forward and back gives the same numbers with both: yes or no.",
        "yes or no",
        "no",
        text => text is Yes or "no");

    public static SettingKey Allocator { get; } = new(
        "allocator", WorkerAllocator.Help, WorkerAllocator.Form, WorkerAllocator.Auto, WorkerAllocator.IsOne);

    public static SettingKey CheckpointSeconds { get; } = SettingKey.Number("checkpoint-seconds", "A run's progress is saved at least this often.", 0.01, 86400, 30);

    public static SettingKey AnswersDays { get; } = SettingKey.Number(
        "answers-days", "Days for which an answer is kept with its image, from when it was found; asked after that, it is found anew. 0 keeps all. The same at every silo.", 0, 36500, 0);

    public static SettingKey Patience { get; } = SettingKey.Number("patience", WorkPhase.PatienceHelp, 0.01, 1000, 1);

    public static SettingKey BrokerFile { get; } = new("broker-file", BrokerAddress.Help, "a file", null, _ => true, isFile: true);

    public static SettingKey DatabaseFile { get; } = new("database-file", DatabaseAddress.Help, "a file", null, _ => true, isFile: true);

    public static SettingKey TokenFile { get; } = new(
        "token-file",
        $"A file with the access token, which every silo of a cluster and every client must have; {AccessToken.FileName} in the data directory, made at the first start, when not given.",
        "a file",
        null,
        _ => true,
        isFile: true);

    public static SettingKey BlobsFile { get; } = new("blobs-file", BlobAddress.Help, "a file", null, _ => true, isFile: true);

    public static SettingKey BlobsDirectory { get; } = new(
        "blobs-dir", "The folder of the blobs, which all silos of a cluster share; blobs below the data directory when not given.", "a folder", null, _ => true, isFile: true);

    public static SettingKey Name { get; } = new(
        "name", $"The silo's name, its own in the cluster: its devices are called by it. The machine's name in a cluster, '{EmbeddedName}' otherwise.", AName, null, text => Word().IsMatch(text));

    public static SettingKey Site { get; } = new("site", "The site whose blobs it keeps.", AName, Names.DefaultSite, text => Word().IsMatch(text));

    public static SettingKey SiloPort { get; } = new("silo-port", "The port at which the silos of a cluster reach this one. A free one without a cluster.", APort, "11111", IsPort);

    public static SettingKey GatewayPort { get; } = new("gateway-port", "The port at which clients reach actors. A free one without a cluster.", APort, "30000", IsPort);

    public static SettingKey OtlpEndpoint { get; } = new(
        "otlp-endpoint",
        "The OpenTelemetry collector that is sent traces, metrics and logs, with OTLP over HTTP. Without one nothing is sent.",
        "an https address, or an http one of this machine, like http://127.0.0.1:4318,",
        null,
        text => Collector(text) is not null);

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<SettingKey> All { get; } =
    [
        DataDirectory, Address, Device, Libtorch, LibtorchUnverified, Allocator, Threads, IngestWorkers, CheckpointSeconds, AnswersDays, Patience, BrokerFile, DatabaseFile,
        TokenFile, BlobsFile, BlobsDirectory, Name, Site, SiloPort, GatewayPort, Host, TlsCertificateFile, TlsAuthorityFile, OtlpEndpoint,
    ];

    /// <summary>An IP address with a port, or null.</summary>
    internal static IPEndPoint? EndPoint(string? text)
    {
        var known = text?.Replace("localhost", "127.0.0.1", StringComparison.OrdinalIgnoreCase);
        return IPEndPoint.TryParse(known ?? "", out var parsed) && parsed.Port > 0 ? parsed : null;
    }

    /// <summary>
    /// The address of a collector, or null; one with a password in it would be shown to whoever sees the settings, and one in clear text on another machine would show
    /// what the platform does to the network.
    /// </summary>
    internal static Uri? Collector(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.UserInfo.Length == 0
            && (parsed.Scheme == Uri.UriSchemeHttps || (parsed.Scheme == Uri.UriSchemeHttp && parsed.IsLoopback))
            ? parsed
            : null;

    /// <summary>The devices of a list.</summary>
    internal static IReadOnlyList<string> Devices(string list) => list == "none" ? [] : list.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>Whether a setting says yes.</summary>
    internal static bool IsYes(string text) => text == Yes;

    private static bool IsDevices(string list) =>
        list == Auto || Devices(list) is var devices && devices.Distinct().Count() == devices.Count && devices.All(d => DeviceName().IsMatch(d));

    private static bool IsPort(string text) => ushort.TryParse(text, out var port) && port > 0;

    [GeneratedRegex("^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex Word();

    [GeneratedRegex("^(cpu|(cpu|cuda):[0-9]{1,3})$")]
    private static partial Regex DeviceName();
}
