using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>The answer to a question.</summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentationResult")]
public sealed record SegmentationResult
{
    /// <summary>The label map on the image's own grid; null when separate masks were asked for.</summary>
    [Id(0)] public BlobRef? LabelMap { get; init; }

    /// <summary>The tasks, in output order.</summary>
    [Id(1)] public required IReadOnlyList<SegmentedTask> Tasks { get; init; }

    /// <summary>The prompt group that was asked.</summary>
    [Id(2)] public required string PromptGroup { get; init; }

    /// <summary>The modality that was assumed.</summary>
    [Id(3)] public required string Modality { get; init; }

    /// <summary>Digest of the image's geometry.</summary>
    [Id(4)] public required string GeometryDigest { get; init; }

    /// <summary>Whether size, affine and orientation of the stored answer, read back, equal the image's.</summary>
    [Id(5)] public required bool GeometryChecked { get; init; }

    /// <summary>Windows evaluated.</summary>
    [Id(6)] public required int Windows { get; init; }

    /// <summary>Seconds the worker needed.</summary>
    [Id(7)] public required double Seconds { get; init; }

    /// <summary>What is unusual about the image, in sentences.</summary>
    [Id(8)] public IReadOnlyList<string> Warnings { get; init; } = [];
}
