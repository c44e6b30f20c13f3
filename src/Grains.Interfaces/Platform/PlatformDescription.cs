namespace Hermes.Grains.Interfaces.Platform;

/// <summary>What a silo says of its platform at <c>GET /platform</c>, as JSON: all a client needs to connect.</summary>
/// <param name="Version">Version of the platform's programs.</param>
/// <param name="Site">The site whose blobs the silo serves.</param>
/// <param name="Gateway">Host and port of the Orleans gateway.</param>
/// <param name="ClusterId">Orleans cluster.</param>
/// <param name="ServiceId">Orleans service.</param>
/// <param name="DataDirectory">Where an embedded platform keeps everything.</param>
/// <param name="ProcessId">The silo's process.</param>
public sealed record PlatformDescription(
    string Version,
    string Site,
    string Gateway,
    string ClusterId,
    string ServiceId,
    string DataDirectory,
    int ProcessId)
{
    /// <summary>Where a platform is looked for when nobody says otherwise.</summary>
    public const string DefaultAddress = "127.0.0.1:5081";

    /// <summary>The loopback port of the dashboard's pages when nobody says otherwise.</summary>
    public const int DefaultDashboardPort = 5080;
}

/// <summary>Something that is wrong with the platform itself, for whoever looks after it. <c>GET /platform/troubles</c> lists them as JSON.</summary>
/// <param name="Subject">What it is about: <c>storage</c>, <c>worker silo/cpu</c>, <c>run first</c>.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Last">When it was seen last.</param>
/// <param name="Times">How often it was seen.</param>
public sealed record PlatformTrouble(string Subject, string Message, DateTimeOffset Last, int Times);

/// <summary>What <c>hermes-silo check</c> says of a data directory, as JSON.</summary>
/// <param name="DatabaseProblem">What is wrong with the database, if anything.</param>
/// <param name="Entries">Rows of the catalog; null when there is no database yet.</param>
/// <param name="BlobProblem">What is wrong with the folder of the blobs, if anything.</param>
public sealed record StoreReport(string? DatabaseProblem, long? Entries, string? BlobProblem);

/// <summary>What <c>hermes-silo database init</c> did, as JSON.</summary>
/// <param name="Database">Where, without the password.</param>
/// <param name="Role">The role that was given the rights to read and write; null when none was named.</param>
/// <param name="Scripts">Script by script.</param>
public sealed record SchemaReport(string Database, string? Role, IReadOnlyList<SchemaChange> Scripts);

/// <summary>What was done with one script.</summary>
/// <param name="Script">What the script is about, such as <c>grain-storage</c>.</param>
/// <param name="Before">The version that was there; null for none.</param>
/// <param name="Version">The version that is there now.</param>
public sealed record SchemaChange(string Script, int? Before, int Version);
