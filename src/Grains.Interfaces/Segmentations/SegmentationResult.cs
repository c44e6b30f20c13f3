using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Previews;

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

    /// <summary>Tasks of the label map and labels of the reference that have voxels in common, when every one was to be compared with every other.</summary>
    [Id(9)] public IReadOnlyList<TaskOverlap> Overlaps { get; init; } = [];

    /// <summary>The model version it was computed for, <c>NAME@VERSION</c>; whatever version has the same trunk and branch gives the same answer.</summary>
    [Id(10)] public string? Model { get; init; }

    /// <summary>What is shown of it before its volumes are; none of an answer of separate masks, nor of an older one.</summary>
    [Id(11)] public Preview? Preview { get; init; }
}

/// <summary>What was found of one task.</summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentedTask")]
public sealed record SegmentedTask
{
    /// <summary>The task.</summary>
    [Id(0)] public required string Task { get; init; }

    /// <summary>Its value in the label map.</summary>
    [Id(1)] public required int Value { get; init; }

    /// <summary>Volume found, in ml.</summary>
    [Id(2)] public required double VolumeMl { get; init; }

    /// <summary>The task's own mask, when separate masks were asked for.</summary>
    [Id(3)] public BlobRef? Mask { get; init; }

    /// <summary>Agreement with the reference, when one was given.</summary>
    [Id(4)] public TaskAgreement? Agreement { get; init; }
}

/// <summary>Agreement of an answer with a reference for one task.</summary>
/// <param name="Dice">Dice coefficient, or null when the reference lacks the task.</param>
/// <param name="ReferenceMl">Volume in the reference, in ml.</param>
/// <param name="FalsePositiveMl">Volume found outside the reference, in ml.</param>
/// <param name="FalseNegativeMl">Volume of the reference not found, in ml.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskAgreement")]
public sealed record TaskAgreement(
    [property: Id(0)] double? Dice,
    [property: Id(1)] double ReferenceMl,
    [property: Id(2)] double FalsePositiveMl,
    [property: Id(3)] double FalseNegativeMl);

/// <summary>What a task found and what a label of the reference holds, where they meet.</summary>
/// <param name="Task">The task.</param>
/// <param name="Reference">The task of the reference's label.</param>
/// <param name="CommonMl">Volume in common, in ml.</param>
/// <param name="FoundMl">Volume found of the task, in ml.</param>
/// <param name="ReferenceMl">Volume of the label, in ml.</param>
[GenerateSerializer, Immutable, Alias("hermes.TaskOverlap")]
public sealed record TaskOverlap(
    [property: Id(0)] string Task,
    [property: Id(1)] string Reference,
    [property: Id(2)] double CommonMl,
    [property: Id(3)] double FoundMl,
    [property: Id(4)] double ReferenceMl)
{
    /// <summary>Dice coefficient of the two.</summary>
    public double Dice => 2 * CommonMl / (FoundMl + ReferenceMl);
}
