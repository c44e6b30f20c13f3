namespace Hermes.Client.Blobs;

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
