using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>One question: an image, a trunk, the branch of the prompt group asked if it has one, and a definite prompt.</summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentationRequest")]
public sealed record SegmentationRequest
{
    /// <summary>The model version asked, <c>NAME@VERSION</c>, for messages. Not part of the question's identity.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>Its trunk.</summary>
    [Id(1)] public required BlobRef Package { get; init; }

    /// <summary>The image volume.</summary>
    [Id(2)] public required BlobRef Image { get; init; }

    /// <summary>The image file as the user named it, for messages. Not part of the question's identity.</summary>
    [Id(3)] public string? ImageFile { get; init; }

    /// <summary>What the network is prompted with.</summary>
    [Id(4)] public required DefinitePrompt Prompt { get; init; }

    /// <summary>One mask per task instead of one label map.</summary>
    [Id(5)] public bool Separate { get; init; }

    /// <summary>A label volume to compare the answer with, if any.</summary>
    [Id(6)] public BlobRef? Reference { get; init; }

    /// <summary>Which value of <see cref="Reference"/> is which task.</summary>
    [Id(7)] public IReadOnlyList<PromptLabel> ReferenceLabels { get; init; } = [];

    /// <summary>The branch of the prompt group asked; null for what the trunk was trained with. Other branches of the version are not part of the question.</summary>
    [Id(8)] public BlobRef? Branch { get; init; }

    /// <summary>
    /// Makes it a question of its own that no stored answer serves, computed after the worker has let go of every branch; null for a user's question.
    /// </summary>
    [Id(9)] public string? Probe { get; init; }

    /// <summary>Compare every task of the label map with every label of <see cref="Reference"/>, whatever they are called.</summary>
    [Id(10)] public bool AgainstEach { get; init; }

    /// <summary>The case whose image it is, where it was asked about a case. Not part of the question's identity.</summary>
    [Id(11)] public PinnedCase? Case { get; init; }

    /// <summary>The key of the grain that answers this question: equal questions have equal keys, whatever models and files are called.</summary>
    public string Key() => Identity.Of(
    [
        "segmentation/1", Package.Sha256, Image.Sha256, Separate ? "masks" : "label map",
        Prompt.Group, Prompt.Modality, .. Identity.List([.. Prompt.Tasks]), .. Labels(Prompt.Wanted),
        Reference?.Sha256, .. Labels(ReferenceLabels), .. Branch is null ? [] : new[] { "branch", Branch.Sha256 },
        .. Probe is null ? [] : new[] { "probe", Probe }, .. AgainstEach ? new[] { "against each" } : [],
    ]);

    private static IEnumerable<string?> Labels(IReadOnlyList<PromptLabel> labels) => Identity.List([.. labels.Select(l => $"{l.Value} {l.Task}")]);
}
