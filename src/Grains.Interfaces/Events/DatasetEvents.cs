using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>A dataset has a new version. Models that were told to grow with it begin to.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetReady")]
public sealed record DatasetReady : IntegrationEvent
{
    /// <summary>The version.</summary>
    [Id(0)] public required PinnedDataset Dataset { get; init; }

    /// <summary>Its cases.</summary>
    [Id(1)] public required int Cases { get; init; }

    /// <summary>Its modality.</summary>
    [Id(2)] public required string Modality { get; init; }

    /// <summary>Its tasks.</summary>
    [Id(3)] public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>The model that whoever added it wants to learn it, whatever rules there are.</summary>
    [Id(4)] public string? Grow { get; init; }
}

/// <summary>A dataset was withdrawn: nothing may use it from now on. Models let go of its branches.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetWithdrawn")]
public sealed record DatasetWithdrawn : IntegrationEvent
{
    /// <summary>Key <c>site/dataset</c>.</summary>
    [Id(0)] public required string Dataset { get; init; }

    /// <summary>Whether versions whose trunk learned from it are not answered any more, either.</summary>
    [Id(1)] public bool RetireTrunks { get; init; }
}
