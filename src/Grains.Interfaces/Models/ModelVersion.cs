using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Models;

/// <summary>An immutable version of a model.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ModelVersion")]
public sealed record ModelVersion
{
    /// <summary>The model's name.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>1-based.</summary>
    [Id(1)] public required int Version { get; init; }

    /// <summary>What it is made of.</summary>
    [Id(2)] public required ModelVersionContent Content { get; init; }

    /// <summary>The run that made its trunk; empty where none did.</summary>
    [Id(3)] public required string Run { get; init; }

    /// <summary>The dataset versions its trunk learned from; a branch says its own.</summary>
    [Id(4)] public required IReadOnlyList<PinnedDataset> Datasets { get; init; }

    /// <summary>When it was published.</summary>
    [Id(5)] public required DateTimeOffset Published { get; init; }

    /// <summary>Where its trunk came from, if no run made it.</summary>
    [Id(6)] public ModelOrigin? Origin { get; init; }
}
