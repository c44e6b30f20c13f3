using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Segmentations;

/// <summary>What a segmentation is now.</summary>
[GenerateSerializer, Immutable, Alias("hermes.SegmentationStatus")]
public sealed record SegmentationStatus
{
    /// <summary>Where it stands.</summary>
    [Id(0)] public required SegmentationState State { get; init; }

    /// <summary>The question.</summary>
    [Id(1)] public SegmentationRequest? Request { get; init; }

    /// <summary>The answer, once completed.</summary>
    [Id(2)] public SegmentationResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(3)] public Failure? Cause { get; init; }

    /// <summary>When it was asked so that it had to be worked on, last; null where an older version of the platform was asked.</summary>
    [Id(4)] public DateTimeOffset? Asked { get; init; }

    /// <summary>The device that was handed it, <c>silo/device</c>, while it is open; lists do not tell, nor how far it is.</summary>
    [Id(5)] public string? Device { get; init; }

    /// <summary>What a worker does for it now; one of <see cref="Phases"/>, or empty.</summary>
    [Id(6)] public string Phase { get; init; } = "";

    /// <summary>How much of the phase is done, in the phase's own units.</summary>
    [Id(7)] public int Done { get; init; }

    /// <summary>How much there is, or 0 while unknown.</summary>
    [Id(8)] public int Total { get; init; }
}

/// <summary>The state machine of a segmentation.</summary>
[GenerateSerializer]
public enum SegmentationState
{
    /// <summary>Never asked.</summary>
    Absent = 0,

    /// <summary>Waits for a device.</summary>
    Queued = 1,

    /// <summary>A worker is at it.</summary>
    Running = 2,

    /// <summary>Answered.</summary>
    Completed = 3,

    /// <summary>Could not be answered.</summary>
    Failed = 4,

    /// <summary>Ended by the caller.</summary>
    Cancelled = 5,
}
