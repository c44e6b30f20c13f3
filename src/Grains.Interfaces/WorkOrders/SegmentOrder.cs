using Hermes.Grains.Interfaces.Segmentations;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Segment one image. Answered by <see cref="WorkerMessage.Segmented"/>.</summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentOrder")]
public sealed record SegmentOrder : WorkOrder
{
    /// <summary>The question.</summary>
    [Id(0)] public required SegmentationRequest Request { get; init; }
}
