using Hermes.Grains.Interfaces.Datasets;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.Events;

/// <summary>A run has ended well; its model package exists.</summary>
[GenerateSerializer, Immutable, Alias("hermes.RunCompleted")]
public sealed record RunCompleted
{
    /// <summary>Identity of the event; consumers drop what they have seen.</summary>
    [Id(0)] public required string EventId { get; init; }

    /// <summary>The run.</summary>
    [Id(1)] public required string Run { get; init; }

    /// <summary>The model that gets the version.</summary>
    [Id(2)] public required string Model { get; init; }

    /// <summary>What the version is made of.</summary>
    [Id(3)] public required ModelVersionContent Content { get; init; }

    /// <summary>The dataset versions it learned from.</summary>
    [Id(4)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }
}
