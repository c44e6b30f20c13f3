namespace Hermes.Client.Blobs;

/// <summary>How far the transfer of one file is.</summary>
/// <param name="File">The file.</param>
/// <param name="Stage">What is being done with it.</param>
/// <param name="Done">Bytes done in this stage.</param>
/// <param name="Total">Bytes in all.</param>
public sealed record TransferProgress(string File, TransferStage Stage, long Done, long Total);

/// <summary>The stages of moving a file.</summary>
public enum TransferStage
{
    /// <summary>Its digest is computed.</summary>
    Hash,

    /// <summary>Its bytes go to the platform.</summary>
    Upload,

    /// <summary>Its bytes come from the platform.</summary>
    Download,
}
