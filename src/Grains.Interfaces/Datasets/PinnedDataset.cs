namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>A dataset version that a run is bound to.</summary>
/// <param name="Dataset">Key <c>site/dataset</c>.</param>
/// <param name="Version">Its version.</param>
[GenerateSerializer, Immutable, Alias("hermes.PinnedDataset")]
public sealed record PinnedDataset([property: Id(0)] string Dataset, [property: Id(1)] int Version);
