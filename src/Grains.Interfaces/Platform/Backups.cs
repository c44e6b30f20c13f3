using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Platform;

/// <summary>How far a backup, a check of one or a restore is, as a line of JSON.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Done">How much of it is done, in bytes.</param>
/// <param name="Total">How much there is; 0 when unknown.</param>
public sealed record BackupStep(string Phase, double Done, double Total);

/// <summary>A snapshot in a backup folder.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="Made">The moment that it shows.</param>
/// <param name="Source">The database it is of.</param>
/// <param name="Version">The version of the programs that made it.</param>
/// <param name="Site">The site whose blobs the platform keeps.</param>
/// <param name="States">States of actors.</param>
/// <param name="Rows">Rows of the catalog.</param>
/// <param name="Tokens">Tokens of people and services, withdrawn ones too; null where it is of an older kind, which holds none.</param>
/// <param name="Records">Records of the audit; null where it is of an older kind, which holds none.</param>
/// <param name="Blobs">Blobs that are referred to.</param>
/// <param name="Bytes">The size of those.</param>
/// <param name="Missing">Blobs that are referred to and could not be read when it was made.</param>
public sealed record SnapshotSummary(
    string Name,
    DateTimeOffset Made,
    string Source,
    string Version,
    string Site,
    int States,
    int Rows,
    int? Tokens,
    int? Records,
    int Blobs,
    long Bytes,
    IReadOnlyList<BlobProblem> Missing);

/// <summary>What <c>hermes-silo backup make</c> did, as JSON.</summary>
/// <param name="Snapshot">What was made.</param>
/// <param name="Copied">Blobs that were copied; the others were in the folder already.</param>
/// <param name="CopiedBytes">The size of those.</param>
public sealed record BackupReport(SnapshotSummary Snapshot, int Copied, long CopiedBytes);

/// <summary>What <c>hermes-silo backup check</c> found, as JSON.</summary>
/// <param name="Snapshots">The snapshots, oldest first; without those that cannot be read.</param>
/// <param name="Blobs">Blobs that were compared with their digests, each once.</param>
/// <param name="Bytes">The size of those.</param>
/// <param name="Problems">What is missing or damaged.</param>
public sealed record BackupCheckReport(IReadOnlyList<SnapshotSummary> Snapshots, int Blobs, long Bytes, IReadOnlyList<BackupProblem> Problems);

/// <summary>Something wrong in a backup folder.</summary>
/// <param name="Snapshot">A snapshot that cannot be restored as it is.</param>
/// <param name="Sentence">What is wrong, with the file or the owner's name.</param>
public sealed record BackupProblem(string Snapshot, string Sentence);

/// <summary>What <c>hermes-silo backup restore</c> did, as JSON.</summary>
/// <param name="Snapshot">What was restored.</param>
/// <param name="Database">Into which database.</param>
/// <param name="Copied">Blobs that were copied; the others were there already.</param>
/// <param name="CopiedBytes">The size of those.</param>
public sealed record RestoreReport(SnapshotSummary Snapshot, string Database, int Copied, long CopiedBytes);
