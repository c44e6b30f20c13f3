using System.Security.Cryptography;
using System.Text.Json;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>One question: an image, a model version and a prompt.</summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentationRequest")]
public sealed record SegmentationRequest
{
    /// <summary>The model.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>Its version, resolved by the caller.</summary>
    [Id(1)] public required int Version { get; init; }

    /// <summary>The image volume.</summary>
    [Id(2)] public required BlobRef Image { get; init; }

    /// <summary>The image file as the user named it, for messages. Not part of the question's identity.</summary>
    [Id(3)] public string? ImageFile { get; init; }

    /// <summary>The prompt group to ask, a dataset's name; null to choose it by tasks, or by modality when only one fits.</summary>
    [Id(4)] public string? PromptGroup { get; init; }

    /// <summary>The tasks wanted, in output order; empty for all of the group.</summary>
    [Id(5)] public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>The modality of the image; null for the prompt group's.</summary>
    [Id(6)] public string? Modality { get; init; }

    /// <summary>One mask per task instead of one label map.</summary>
    [Id(7)] public bool Separate { get; init; }

    /// <summary>Prompt exactly the tasks wanted instead of their whole group.</summary>
    [Id(8)] public bool ExactPrompt { get; init; }

    /// <summary>A label volume to compare the answer with, if any.</summary>
    [Id(9)] public BlobRef? Reference { get; init; }

    /// <summary>Which value of <see cref="Reference"/> is which task.</summary>
    [Id(10)] public IReadOnlyList<PromptLabel> ReferenceLabels { get; init; } = [];

    /// <summary>The key of the grain that answers this question: equal questions have equal keys.</summary>
    public string Key()
    {
        var identity = JsonSerializer.SerializeToUtf8Bytes(this with { ImageFile = null }, WorkOrders.WorkOrderJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData(identity));
    }
}
