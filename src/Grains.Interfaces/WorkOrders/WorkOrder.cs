using System.Text.Json.Serialization;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What a worker is told: a JSON document, complete in itself, so that it can be replayed by hand with <c>hermes-worker run order.json</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(IngestOrder), "ingest")]
[JsonDerivedType(typeof(TrainOrder), "train")]
[JsonDerivedType(typeof(SegmentOrder), "segment")]
[JsonDerivedType(typeof(PriorMapOrder), "priorMap")]
[JsonDerivedType(typeof(PreviewOrder), "preview")]
[JsonDerivedType(typeof(ImportOrder), "import")]
[GenerateSerializer, Immutable, Alias("hermes.WorkOrder")]
public abstract record WorkOrder
{
    /// <summary>Identity of the order; messages about it carry it.</summary>
    [Id(0)] public required string OrderId { get; init; }

    /// <summary>The trace of whoever asked for the work, as a W3C <c>traceparent</c>, if it is traced: the order outlives the call that it came of.</summary>
    [Id(1)] public string? TraceParent { get; init; }
}
