namespace Hermes.Client.Blobs;

/// <summary>How far the transfer of one file is.</summary>
/// <param name="File">The file.</param>
/// <param name="Stage">What is being done with it.</param>
/// <param name="Done">Bytes done in this stage.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record TransferProgress(string File, TransferStage Stage, long Done, long Total);
