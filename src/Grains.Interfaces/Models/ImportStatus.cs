namespace Hermes.Grains.Interfaces.Models;

/// <summary>An import as it is now.</summary>
[GenerateSerializer, Immutable, Alias("hermes.ImportStatus")]
public sealed record ImportStatus
{
    /// <summary>Where it stands.</summary>
    [Id(0)] public required ImportState State { get; init; }

    /// <summary>The model.</summary>
    [Id(1)] public string Model { get; init; } = "";

    /// <summary>The version that it became; null before that.</summary>
    [Id(2)] public int? Version { get; init; }

    /// <summary>Which dictionary of the checkpoint the weights are from; null when it holds nothing else.</summary>
    [Id(3)] public string? Taken { get; init; }

    /// <summary>Tensors that do not fit the network, for which it was refused: the first thousand.</summary>
    [Id(4)] public IReadOnlyList<TensorMismatch> Mismatches { get; init; } = [];

    /// <summary>Why it failed.</summary>
    [Id(5)] public Failure? Cause { get; init; }
}

/// <summary>The state machine of an import.</summary>
[GenerateSerializer]
public enum ImportState
{
    /// <summary>Nobody asked for it.</summary>
    Absent = 0,

    /// <summary>It is read, or waits for that.</summary>
    Queued = 1,

    /// <summary>It became a version.</summary>
    Completed = 2,

    /// <summary>It was refused; asked again, it is tried again.</summary>
    Failed = 3,
}
