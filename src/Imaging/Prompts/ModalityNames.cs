namespace Hermes.Imaging.Prompts;

/// <summary>Modalities of which something is known beyond their name; every other word is a modality too.</summary>
public static class ModalityNames
{
    /// <summary>Computed tomography: intensities are HU.</summary>
    public const string Ct = "ct";

    /// <summary>Positron emission tomography.</summary>
    public const string Pet = "pet";

    /// <summary>What an image of unknown modality is called.</summary>
    public const string Unknown = "unknown";
}
