namespace Hermes.Model.Checkpoints;

/// <summary>A file that is complete and durable.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">Its digest, lower-case hexadecimal.</param>
public sealed record WrittenFile(string Path, long Length, string Sha256);
