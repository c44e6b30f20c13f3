using System.Globalization;
using Hermes.Hosting;

namespace Hermes.Silo.Tests.Processes;

/// <summary>The <c>rabbitmq-server</c> of this machine, as the user who runs the tests: its own folder, ports, name and password, and loopback only.</summary>
internal sealed class NativeRabbitMq : RabbitMqServer
{
    private const string Name = "hermes";

    // Debian's command insists on its own user and folders; what it calls does not.
    private const string BehindDebiansCommand = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private readonly TemporaryFolder _folder = new();
    private readonly string _program;
    private readonly int[] _ports;
    private readonly NativeProcess _process;

    public NativeRabbitMq(string program, string password)
        : this(program, password, Loopback.FreePorts(3))
    {
    }

    private NativeRabbitMq(string program, string password, int[] ports)
        : base(new UriBuilder("amqp", "127.0.0.1", ports[0], Name) { UserName = Name, Password = password }.Uri)
    {
        (_program, _ports, _process) = (program, ports, new NativeProcess(_folder.Path));
        _folder.File("enabled_plugins", "[].");
        _folder.File("rabbitmq.conf", $"""
            listeners.tcp.1 = 127.0.0.1:{ports[0]}
            default_user = {Name}
            default_pass = {password}
            default_vhost = {Name}
            vm_memory_high_watermark.absolute = 256MB
            disk_free_limit.absolute = 10MB

            """);
    }

    public string Folder => _folder.Path;

    /// <summary>For its clients, for other brokers and for those who ask where brokers are.</summary>
    public IReadOnlyList<int> Ports => _ports;

    protected override bool HasEnded => _process.HasEnded;

    /// <summary>The program to start; null where it is not installed.</summary>
    public static string? Find() => !OperatingSystem.IsLinux() ? null :
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "rabbitmq-server"))
            .Prepend(BehindDebiansCommand).FirstOrDefault(File.Exists);

    /// <summary>The processes of this broker that live; one of them, the port mapper, leaves its parent.</summary>
    public IReadOnlyList<int> Living() => _process.Living();

    public override Task StopAsync() => _process.KillAsync();

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    protected override Task BeginAsync()
    {
        _process.Start([_program], Settings());
        return Task.CompletedTask;
    }

    protected override string Words() => _process.Words();

    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        ("HOME", _folder.Path), // its cookie
        ("RABBITMQ_CONF_ENV_FILE", _folder.At("none")), // not the machine's
        ("RABBITMQ_CONFIG_FILE", _folder.At("rabbitmq.conf")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", _folder.At("none")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", _folder.At("enabled_plugins")),
        ("RABBITMQ_MNESIA_BASE", _folder.At("data")),
        ("RABBITMQ_LOG_BASE", _folder.Path),
        ("RABBITMQ_LOGS", "-"),
        ("RABBITMQ_NODENAME", $"{Name}@localhost"),
        ("RABBITMQ_DIST_PORT", _ports[1].ToString(CultureInfo.InvariantCulture)),
        ("ERL_EPMD_PORT", _ports[2].ToString(CultureInfo.InvariantCulture)), // a port mapper of its own, whatever else runs here
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ("RABBITMQ_MAX_NUMBER_OF_PROCESSES", "65536"), // its table costs memory
    ];
}
