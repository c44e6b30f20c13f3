using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Segmentations;

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
