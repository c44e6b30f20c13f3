namespace Hermes.Grains.Interfaces.Segmentations;

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
