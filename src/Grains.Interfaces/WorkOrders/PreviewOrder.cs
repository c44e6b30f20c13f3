using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Make the preview of a stored case that has none. Needs no device. Answered by <see cref="WorkerMessage.Preview"/>.</summary>
[GenerateSerializer, Immutable, Alias("hermes.PreviewOrder")]
public sealed record PreviewOrder : WorkOrder
{
    /// <summary>The stored image.</summary>
    [Id(0)] public required BlobRef Image { get; init; }

    /// <summary>The stored labels, if there are any.</summary>
    [Id(1)] public BlobRef? Label { get; init; }

    /// <summary>Modality of the image.</summary>
    [Id(2)] public required string Modality { get; init; }

    /// <summary>The label map.</summary>
    [Id(3)] public required IReadOnlyList<LabelEntry> Labels { get; init; }
}
