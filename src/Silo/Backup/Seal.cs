namespace Hermes.Silo.Backup;

/// <summary>What a file of a snapshot is known by.</summary>
/// <param name="Sha256">Its digest.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Rows">Its lines.</param>
internal sealed record Seal(string Sha256, long Length, int Rows);
