using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>A run that learned a trunk has ended well; its package exists. The model gets a version of it.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RunCompleted")]
public sealed record RunCompleted : IntegrationEvent
{
    /// <summary>The run.</summary>
    [Id(0)] public required string Run { get; init; }

    /// <summary>The model that gets the version.</summary>
    [Id(1)] public required string Model { get; init; }

    /// <summary>What the version is made of.</summary>
    [Id(2)] public required ModelVersionContent Content { get; init; }

    /// <summary>The dataset versions it learned from.</summary>
    [Id(3)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }
}
