using System.Text;
using System.Text.Json;
using Hermes.Cli.Output;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Servers;

namespace Hermes.Cli.ClusterDemo;

/// <summary>
/// Everything of a demonstration cluster below one folder: the settings of its silos and the files with secrets as an administrator would write them, the
/// data of silos and servers, and the logs.
/// </summary>
internal sealed class DemoFolder
{
    private const string PlanName = "cluster-demo.json";
    private const string DatabaseOwner = "hermes_owner";

    /// <summary>The role of the silos.</summary>
    public const string DatabaseRole = "hermes_silo";

    private const string Database = "hermes";

    // The folder itself may be entered by all, because PostgreSQL may have to run as another user; what is in it may not be listed, and is not readable.
    private const UnixFileMode Entered = Own | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private DemoFolder(string root, DemoPlan plan) => (Root, Plan) = (root, plan);

    public string Root { get; }

    public DemoPlan Plan { get; }

    /// <summary>How the owner of the database reaches it.</summary>
    public string OwnerFile => At("owner.txt");

    public string TokenFile => At("token.txt");

    /// <summary>What is running, while it does.</summary>
    public string StatusFile => StatusFileOf(Root);

    /// <summary>Held by the process that keeps the parts alive.</summary>
    public string LockFile => LockFileOf(Root);

    /// <summary>All silos, as <c>--address</c> takes them.</summary>
    public string Addresses => string.Join(',', Plan.Silos.Select(s => s.Address));

    /// <summary>The folder that was named, else one below the user's local data directory; root has none that others may enter.</summary>
    public static string Choose(string? named) => named is not null ? Path.GetFullPath(named)
        : Environment.IsPrivilegedProcess ? "/var/lib/hermes-cluster-demo"
        : Path.Combine(Path.GetDirectoryName(DataHome.Choose(null))!, "hermes-cluster-demo");

    public static string StatusFileOf(string root) => Path.Combine(root, "status.json");

    public static string LockFileOf(string root) => Path.Combine(root, "lock");

    /// <summary>Whether a demonstration was made there.</summary>
    public static bool IsOne(string root) => File.Exists(Path.Combine(root, PlanName));

    /// <summary>The demonstration of a folder; made if the folder is new or empty.</summary>
    /// <exception cref="HermesException">The folder holds something else.</exception>
    public static DemoFolder Open(string root)
    {
        Directory.CreateDirectory(root);
        var file = Path.Combine(root, PlanName);
        if (!File.Exists(file) && Directory.EnumerateFileSystemEntries(root).Any())
        {
            throw new HermesException($"The folder {root} holds something else than a demonstration cluster.", root, "Name a new or empty folder with --dir.");
        }

        PrivateFile.Make(file, () => JsonSerializer.SerializeToUtf8Bytes(DemoPlan.Make(), VerbOutput.JsonOptions));
        var folder = new DemoFolder(root, Read(file));
        folder.Make();
        return folder;
    }

    public string SettingsOf(DemoSilo silo) => At($"{silo.Name}.json");

    public string DataOf(DemoSilo silo) => Path.Combine(At("silos"), silo.Name);

    public string LogOf(string part) => Path.Combine(At("logs"), $"{part}.log");

    /// <summary>The folder of a server: <c>postgresql</c>, <c>rabbitmq</c> or <c>azurite</c>.</summary>
    public string ServerAt(string name) => Path.Combine(At("servers"), name);

    /// <summary>The servers that are not ours.</summary>
    /// <exception cref="HermesException">One is not installed.</exception>
    public IReadOnlyList<LocalServer> Servers()
    {
        var (postgreSql, rabbitMq, azurite) = RequirePrograms();
        return [PostgreSql(postgreSql), RabbitMq(rabbitMq), Azurite(azurite)];
    }

    /// <summary>The programs of those servers.</summary>
    /// <exception cref="HermesException">One is not installed.</exception>
    public static (string PostgreSql, string RabbitMq, string Azurite) RequirePrograms()
    {
        var (postgreSql, rabbitMq, azurite) = (LocalPostgreSql.Find(), LocalRabbitMq.Find(), LocalAzurite.Find());
        string[] missing =
        [
            .. postgreSql is null ? new[] { "PostgreSQL (the program initdb)" } : [],
            .. rabbitMq is null ? new[] { "RabbitMQ (the program rabbitmq-server)" } : [],
            .. azurite is null ? new[] { "Azurite (the program azurite-blob)" } : [],
        ];
        return missing.Length == 0
            ? (postgreSql!, rabbitMq!, azurite!)
            : throw new HermesException(
                $"The demonstration runs on the servers of this machine, and it lacks {string.Join(", ", missing)}.",
                hint: $"Debian and Ubuntu have them in the packages postgresql and rabbitmq-server; Azurite comes by 'npm install --global azurite@{LocalAzurite.Version}'.");
    }

    private static DemoPlan Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<DemoPlan>(File.ReadAllText(file), VerbOutput.JsonOptions)!;
        }
        catch (JsonException e)
        {
            throw new HermesException($"{file} is damaged.", e) { File = file, Hint = "Name another folder with --dir." };
        }
    }

    private LocalPostgreSql PostgreSql(string programs) => new(
        programs,
        ServerAt("postgresql"),
        Plan.PostgreSqlPort,
        DatabaseOwner,
        Plan.Secrets.DatabaseOwner,
        isDurable: true,
        $"CREATE ROLE {DatabaseRole} LOGIN PASSWORD '{Plan.Secrets.DatabaseSilo}'",
        $"CREATE DATABASE {Database}");

    private LocalRabbitMq RabbitMq(string program) => new(program, ServerAt("rabbitmq"), Plan.RabbitMqPorts, Plan.Secrets.Broker);

    private LocalAzurite Azurite(string program) => new(program, ServerAt("azurite"), Plan.AzuritePort, Plan.Secrets.Blobs);

    private string At(string name) => Path.Combine(Root, name);

    /// <summary>Makes what is missing: what somebody changed stays.</summary>
    private void Make()
    {
        foreach (var (folder, mode) in new[]
        {
            (Root, Entered), (At("servers"), Entered), (ServerAt("postgresql"), Entered), (ServerAt("rabbitmq"), Own), (ServerAt("azurite"), Own), (At("silos"), Own), (At("logs"), Own),
        })
        {
            Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, mode);
            }
        }

        Keep(OwnerFile, DatabaseAs(DatabaseOwner, Plan.Secrets.DatabaseOwner));
        Keep(At("database.txt"), DatabaseAs(DatabaseRole, Plan.Secrets.DatabaseSilo));
        Keep(At("broker.txt"), RabbitMq("").Address.ToString());
        Keep(At("blobs.txt"), Azurite("").ConnectionString);
        Keep(TokenFile, AccessToken.NewText());
        foreach (var silo in Plan.Silos)
        {
            Keep(SettingsOf(silo), JsonSerializer.Serialize(Settings(silo), VerbOutput.JsonOptions));
        }

        static void Keep(string file, string text) => PrivateFile.Make(file, () => Encoding.UTF8.GetBytes(text + "\n"));
    }

    private string DatabaseAs(string role, string password) => $"Host=127.0.0.1;Port={Plan.PostgreSqlPort};Database={Database};Username={role};Password={password}";

    private static Dictionary<string, object> Settings(DemoSilo silo) => new()
    {
        ["name"] = silo.Name,
        ["data-dir"] = $"silos/{silo.Name}",
        ["address"] = silo.Address,
        ["silo-port"] = silo.SiloPort,
        ["gateway-port"] = silo.GatewayPort,
        ["device"] = silo.Device,

        // Two silos train on one machine.
        ["threads"] = Math.Max(1, Environment.ProcessorCount / 2),
        ["ingest-workers"] = 1,
        ["checkpoint-seconds"] = 2,
        ["database-file"] = "database.txt",
        ["broker-file"] = "broker.txt",
        ["blobs-file"] = "blobs.txt",
        ["token-file"] = "token.txt",
    };
}
