namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>A case of a dataset version.</summary>
/// <param name="Dataset">The dataset version.</param>
/// <param name="CaseId">The case.</param>
[GenerateSerializer, Immutable, Alias("hermes.PinnedCase")]
public sealed record PinnedCase([property: Id(0)] PinnedDataset Dataset, [property: Id(1)] string CaseId);
