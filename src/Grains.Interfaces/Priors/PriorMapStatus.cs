using Hermes.Grains.Interfaces.Blobs;

namespace Hermes.Grains.Interfaces.Priors;

/// <summary>Where the prior map of a model version stands.</summary>
[GenerateSerializer, Immutable, Alias("hermes.PriorMapStatus")]
public sealed record PriorMapStatus
{
    /// <summary>Where it stands.</summary>
    [Id(0)] public required PriorMapState State { get; init; }

    /// <summary>The map, once it is ready: a <see cref="PriorMap"/> as JSON.</summary>
    [Id(1)] public BlobRef? Map { get; init; }

    /// <summary>Why it could not be made.</summary>
    [Id(2)] public Failure? Cause { get; init; }
}

/// <summary>The state machine of a prior map.</summary>
[GenerateSerializer]
public enum PriorMapState
{
    /// <summary>Never asked for.</summary>
    Absent = 0,

    /// <summary>Waits for a worker, or one is at it.</summary>
    Queued = 1,

    /// <summary>Made.</summary>
    Completed = 2,

    /// <summary>Could not be made.</summary>
    Failed = 3,
}
