namespace Hermes.Model.Inference;

/// <summary>What is asked about one image.</summary>
public sealed record SegmentationQuestion
{
    /// <summary>The prompt group, a dataset's name; null to find it by tasks, or by modality when only one fits.</summary>
    public string? PromptGroup { get; init; }

    /// <summary>The tasks wanted, in output order; empty for all of the group.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>The modality of the image; null for the prompt group's.</summary>
    public string? Modality { get; init; }

    /// <summary>Prompt exactly the tasks wanted instead of their whole group.</summary>
    public bool ExactPrompt { get; init; }

    /// <summary>One mask per task instead of one label map.</summary>
    public bool Separate { get; init; }
}
