namespace Hermes.Grains.Interfaces.Platform;

/// <summary>What a silo says of its platform at <c>GET /platform</c>, as JSON: all a client needs to connect.</summary>
/// <param name="Version">Version of the platform's programs.</param>
/// <param name="Site">The site whose blobs the silo serves.</param>
/// <param name="Gateway">Host and port of the Orleans gateway.</param>
/// <param name="ClusterId">Orleans cluster.</param>
/// <param name="ServiceId">Orleans service.</param>
/// <param name="DataDirectory">Where an embedded platform keeps everything.</param>
/// <param name="ProcessId">The silo's process.</param>
/// <param name="Silos">Where the living silos of its cluster answer, <c>HOST:PORT</c>, this one too; null from a silo of an older version.</param>
/// <param name="Members">The same silos with what they declare; null from a silo of an older version.</param>
public sealed record PlatformDescription(
    string Version,
    string Site,
    string Gateway,
    string ClusterId,
    string ServiceId,
    string DataDirectory,
    int ProcessId,
    IReadOnlyList<string>? Silos = null,
    IReadOnlyList<SiloDescription>? Members = null)
{
    /// <summary>Where a platform is looked for when nobody says otherwise.</summary>
    public const string DefaultAddress = "127.0.0.1:5081";

    /// <summary>The loopback port of the dashboard's pages when nobody says otherwise.</summary>
    public const int DefaultDashboardPort = 5080;

    /// <summary>Whether the same process of the same silo says it.</summary>
    public bool IsSameSilo(PlatformDescription other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Gateway, ProcessId) == (other.Gateway, other.ProcessId);
    }
}

/// <summary>What a silo declares of itself to the others.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where it answers, <c>HOST:PORT</c>.</param>
/// <param name="Site">The site whose blobs it serves.</param>
/// <param name="Roles">What it does, of <see cref="SiloRoles"/>; none from an older version.</param>
/// <param name="Devices">Its devices.</param>
public sealed record SiloDescription(string Name, string Address, string Site, IReadOnlyList<string> Roles, IReadOnlyList<SiloDevice> Devices);

/// <summary>A device of a silo.</summary>
/// <param name="Name"><c>cpu</c>, <c>cuda:0</c> and so on: its kind, and a card's number.</param>
/// <param name="Memory">Its bytes of memory; null when nobody knows.</param>
public sealed record SiloDevice(string Name, long? Memory);

/// <summary>What silos do.</summary>
public static class SiloRoles
{
    /// <summary>Keeps actors and serves blobs, as every silo does.</summary>
    public const string Keep = "keep";

    /// <summary>Trains and segments, on the devices that it was told of.</summary>
    public const string Compute = "compute";
}

/// <summary>Something that is wrong with the platform itself, for whoever looks after it. <c>GET /platform/troubles</c> lists them as JSON.</summary>
/// <param name="Subject">What it is about: <c>storage</c>, <c>worker silo/cpu</c>, <c>run first</c>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Last">When it was seen last.</param>
/// <param name="Times">How often it was seen.</param>
/// <param name="Silo">The silo that noticed it, where whoever asked asked several.</param>
public sealed record PlatformTrouble(string Subject, string Message, DateTimeOffset Last, int Times, string? Silo = null);

/// <summary>How a silo is, to whoever proves the access token: <c>GET /health/ready</c> says it as JSON.</summary>
/// <param name="Status"><c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record PlatformHealth(string Status, IReadOnlyList<PlatformCheck> Checks)
{
    /// <summary>The check of the database: its message says where it is, or why it cannot be used.</summary>
    public const string Database = "database";

    /// <summary>The check of the blobs: its message says where they are, or why they cannot be used.</summary>
    public const string Blobs = "storage";

    /// <summary>The check of the disk of the data directory: its message says how much is free, and how much the cache takes.</summary>
    public const string Disk = "disk";

    /// <summary>The word for what is as it should be.</summary>
    public const string Healthy = "healthy";
}

/// <summary>How one thing is that a silo looks at.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Status">As that of the whole.</param>
/// <param name="Message">A sentence, or the place of what is well.</param>
public sealed record PlatformCheck(string Name, string Status, string? Message);

/// <summary>What <c>hermes-silo check</c> says of a data directory, as JSON.</summary>
/// <param name="DatabaseProblem">What is wrong with the database, if anything.</param>
/// <param name="Entries">Rows of the catalog; null when there is no database yet.</param>
/// <param name="BlobProblem">What is wrong with the folder of the blobs, if anything.</param>
public sealed record StoreReport(string? DatabaseProblem, long? Entries, string? BlobProblem);

/// <summary>What <c>hermes-silo database init</c> did, as JSON.</summary>
/// <param name="Database">Where, without the password.</param>
/// <param name="Roles">The roles that were given the rights to read and write: the one that was named, and those that had rights already.</param>
/// <param name="Scripts">Script by script.</param>
public sealed record SchemaReport(string Database, IReadOnlyList<string> Roles, IReadOnlyList<SchemaChange> Scripts);

/// <summary>What was done with one script.</summary>
/// <param name="Script">What the script is about, such as <c>grain-storage</c>.</param>
/// <param name="Before">The version that was there; null for none.</param>
/// <param name="Version">The version that is there now.</param>
public sealed record SchemaChange(string Script, int? Before, int Version);

/// <summary>What <c>hermes-silo config show</c> says of a setting, as JSON.</summary>
/// <param name="Name">As options and files call it.</param>
/// <param name="Variable">As the environment calls it.</param>
/// <param name="Value">What holds; null for nothing.</param>
/// <param name="Origin">Where it was told, in words; null for the standard.</param>
/// <param name="Meaning">What it is for.</param>
public sealed record SettingReport(string Name, string Variable, string? Value, string? Origin, string Meaning);

/// <summary>What <c>hermes-silo config show</c> says, and <c>GET /platform/settings</c> of the silo that answers, as JSON.</summary>
/// <param name="Settings">All settings. The secrets themselves are in the files that some of them name.</param>
public sealed record ConfigReport(IReadOnlyList<SettingReport> Settings);

/// <summary>What <c>hermes-silo config check</c> says, as JSON.</summary>
/// <param name="Checks">What was tried, in this order.</param>
public sealed record ConfigCheckReport(IReadOnlyList<ConfigCheck> Checks);

/// <summary>How one thing is that the settings name.</summary>
/// <param name="Subject">Such as <c>database</c>.</param>
/// <param name="Found">What was found.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
/// <param name="Hint">What to do about the problem.</param>
public sealed record ConfigCheck(string Subject, string Found, string? Problem = null, string? Hint = null);
