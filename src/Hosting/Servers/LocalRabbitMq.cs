using System.Globalization;

namespace Hermes.Hosting.Servers;

/// <summary>The <c>rabbitmq-server</c> of this machine, with ports, user and virtual host of its own.</summary>
/// <param name="program">What <see cref="Find"/> found.</param>
/// <param name="folder">Where it keeps everything.</param>
/// <param name="ports">For its clients, for other brokers and for those who ask where brokers are.</param>
/// <param name="password">Of its only user.</param>
/// <param name="certificateFile">PEM with its certificate and private key, with which it takes connections over TLS only; null for none.</param>
public sealed class LocalRabbitMq(string program, string folder, IReadOnlyList<int> ports, string password, string? certificateFile = null) : LocalServer("RabbitMQ", folder)
{
    /// <summary>How many ports it needs.</summary>
    public const int PortsNeeded = 3;

    private const string User = "hermes";

    // Debian's command insists on its own user and folders; what it calls does not.
    private const string BehindDebiansCommand = "/usr/lib/rabbitmq/bin";

    /// <summary>How clients reach it.</summary>
    public Uri Address { get; } = new UriBuilder(certificateFile is null ? "amqp" : "amqps", "127.0.0.1", ports[0], User) { UserName = User, Password = password }.Uri;

    public IReadOnlyList<int> Ports { get; } = ports;

    public override IReadOnlyList<string> Command => [program];

    public override IReadOnlyList<(string Name, string Value)> Environment =>
    [
        ("HOME", Folder), // its cookie
        ("RABBITMQ_CONF_ENV_FILE", At("none")), // not the machine's
        ("RABBITMQ_CONFIG_FILE", At("rabbitmq.conf")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", At("none")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", At("enabled_plugins")),
        ("RABBITMQ_MNESIA_BASE", At("data")),
        ("RABBITMQ_LOG_BASE", Folder),
        ("RABBITMQ_LOGS", "-"),
        ("RABBITMQ_NODENAME", $"{User}@localhost"),
        ("RABBITMQ_DIST_PORT", Ports[1].ToString(CultureInfo.InvariantCulture)),
        ("ERL_EPMD_PORT", Ports[2].ToString(CultureInfo.InvariantCulture)), // a port mapper of its own, whatever else runs here
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}"),
        ("RABBITMQ_MAX_NUMBER_OF_PROCESSES", "65536"), // its table costs memory
    ];

    /// <summary>The program to start; null where it is not installed.</summary>
    public static string? Find() => FolderOf("rabbitmq-server", [BehindDebiansCommand]) is { } folder ? Path.Combine(folder, "rabbitmq-server") : null;

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        await File.WriteAllTextAsync(At("enabled_plugins"), "[].", cancellationToken);
        PrivateFile.Write(At("rabbitmq.conf"), System.Text.Encoding.UTF8.GetBytes($"""
            {(certificateFile is null ? $"listeners.tcp.1 = 127.0.0.1:{Ports[0]}" : $"""
            listeners.tcp = none
            listeners.ssl.1 = 127.0.0.1:{Ports[0]}
            ssl_options.certfile = {certificateFile}
            ssl_options.keyfile = {certificateFile}
            """)}
            default_user = {User}
            default_pass = {password}
            default_vhost = {User}
            vm_memory_high_watermark.absolute = 256MB
            disk_free_limit.absolute = 10MB

            """));
    }

    // Its listener is the last thing that it opens.
    public override Task<bool> AnswersAsync(CancellationToken cancellationToken) => ConnectsAsync(Ports[0], cancellationToken);
}
