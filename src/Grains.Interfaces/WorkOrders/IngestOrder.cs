using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>Look into one case: check, convert, remove free text, measure, store. Answered by <see cref="WorkerMessage.Ingested"/>.</summary>
[GenerateSerializer, Immutable, Alias("hermes.IngestOrder")]
public sealed record IngestOrder : WorkOrder
{
    /// <summary>The case as offered.</summary>
    [Id(0)] public required CaseSource Case { get; init; }

    /// <summary>Modality of the image.</summary>
    [Id(1)] public required string Modality { get; init; }

    /// <summary>Label values that may occur, besides 0.</summary>
    [Id(2)] public required IReadOnlyList<LabelEntry> Labels { get; init; }
}
