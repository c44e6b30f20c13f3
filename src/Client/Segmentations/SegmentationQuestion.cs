using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Client.Segmentations;

/// <summary>What a caller wants to know of an image; what is left open is chosen by <see cref="PromptResolution"/>.</summary>
public sealed record SegmentationQuestion
{
    /// <summary>The image volume, on the platform or about to be sent.</summary>
    public required BlobRef Image { get; init; }

    /// <summary>The image file as the user named it, for messages.</summary>
    public string? ImageFile { get; init; }

    /// <summary>The case whose image it is, if it is one's.</summary>
    public PinnedCase? Case { get; init; }

    /// <summary>The prompt group to ask, a dataset's name; null to choose it by tasks, or by modality when only one fits.</summary>
    public string? PromptGroup { get; init; }

    /// <summary>The tasks wanted, in output order; empty for all of the group.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>The modality of the image; null for the prompt group's.</summary>
    public string? Modality { get; init; }

    /// <summary>Prompt exactly the tasks wanted instead of their whole group.</summary>
    public bool ExactPrompt { get; init; }

    /// <summary>One mask per task instead of one label map.</summary>
    public bool Separate { get; init; }

    /// <summary>A label volume to compare the answer with, if any.</summary>
    public BlobRef? Reference { get; init; }

    /// <summary>Which value of <see cref="Reference"/> is which task.</summary>
    public IReadOnlyList<PromptLabel> ReferenceLabels { get; init; } = [];
}
