using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>A model serves another version than before.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelVersionPublished")]
public sealed record ModelVersionPublished : IntegrationEvent
{
    /// <summary>The model.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>The version; 0 when nothing is live any more.</summary>
    [Id(1)] public required int Version { get; init; }

    /// <summary>Its identity: what is made of the same trunk and branches has the same. Empty when nothing is live any more.</summary>
    [Id(2)] public required string Digest { get; init; }

    /// <summary>How many promotions the model has seen, this one included: of two of its events the later has the higher.</summary>
    [Id(3)] public required int Promotion { get; init; }

    /// <summary>The dataset versions its trunk learned from.</summary>
    [Id(4)] public required IReadOnlyList<PinnedDataset> Trunk { get; init; }

    /// <summary>The dataset versions that its branches learned from.</summary>
    [Id(5)] public required IReadOnlyList<PinnedDataset> Branches { get; init; }

    /// <summary>The dataset versions that were part of what was live before and are not any more.</summary>
    [Id(6)] public required IReadOnlyList<PinnedDataset> Gone { get; init; }
}
