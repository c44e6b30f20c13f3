namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>Where an update that learns a dataset stands.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetUpdate")]
public sealed record DatasetUpdate
{
    /// <summary>The update.</summary>
    [Id(0)] public required string Update { get; init; }

    /// <summary>The model that grows.</summary>
    [Id(1)] public required string Model { get; init; }

    /// <summary>The dataset's version.</summary>
    [Id(2)] public int Version { get; init; }

    /// <summary>The update's state, in upper case.</summary>
    [Id(3)] public required string State { get; init; }

    /// <summary>When it came to that state.</summary>
    [Id(4)] public required DateTimeOffset At { get; init; }

    /// <summary>Why it failed, in a sentence.</summary>
    [Id(5)] public string? Cause { get; init; }
}

/// <summary>A live model version that learned from a dataset.</summary>
[GenerateSerializer, Immutable, Alias("hermes.DatasetUse")]
public sealed record DatasetUse
{
    /// <summary>The model.</summary>
    [Id(0)] public required string Model { get; init; }

    /// <summary>The model's version.</summary>
    [Id(1)] public required int ModelVersion { get; init; }

    /// <summary>The version of the dataset; 0 when what is live does not know it any more.</summary>
    [Id(2)] public required int Version { get; init; }

    /// <summary>Whether the trunk learned from it, which cannot be undone, or a branch.</summary>
    [Id(3)] public required bool IsTrunk { get; init; }

    /// <summary>How many promotions the model had seen.</summary>
    [Id(4)] public required int Promotion { get; init; }
}
