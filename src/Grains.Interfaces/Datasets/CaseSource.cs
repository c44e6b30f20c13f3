using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>A case as a user offers it: raw files, not yet looked into.</summary>
[GenerateSerializer, Immutable, Alias("hermes.CaseSource")]
public sealed record CaseSource
{
    /// <summary>The case's name within its dataset, from the file stem.</summary>
    [Id(0)] public required string CaseId { get; init; }

    /// <summary>The patient it belongs to; cases of a patient share a split. The case's name when nothing else is known.</summary>
    [Id(1)] public required string Patient { get; init; }

    /// <summary>The image volume, as uploaded.</summary>
    [Id(2)] public required BlobRef Image { get; init; }

    /// <summary>The label volume, as uploaded, if the case has one.</summary>
    [Id(3)] public BlobRef? Label { get; init; }

    /// <summary>The image file as the user named it, for messages.</summary>
    [Id(4)] public required string ImageFile { get; init; }

    /// <summary>The label file as the user named it, for messages.</summary>
    [Id(5)] public string? LabelFile { get; init; }

    /// <summary>The split the user fixed, or null when the dataset draws it.</summary>
    [Id(6)] public Split? FixedSplit { get; init; }
}
