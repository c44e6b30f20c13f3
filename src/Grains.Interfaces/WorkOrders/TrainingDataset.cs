using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>A dataset as a training worker needs it.</summary>
[GenerateSerializer, Immutable, Alias("hermes.TrainingDataset")]
public sealed record TrainingDataset
{
    /// <summary>The dataset's name; its prompt group gets this name.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Its modality.</summary>
    [Id(1)] public required string Modality { get; init; }

    /// <summary>Its label map.</summary>
    [Id(2)] public required IReadOnlyList<LabelEntry> Labels { get; init; }

    /// <summary>Blobs holding its cases of the splits train and validation: JSON arrays of <see cref="CaseRecord"/>, one blob a page.</summary>
    [Id(3)] public required IReadOnlyList<BlobRef> CasePages { get; init; }
}
