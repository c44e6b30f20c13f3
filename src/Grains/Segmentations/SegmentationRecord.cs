using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Segmentations;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Segmentations;

/// <summary>What a segmentation stores.</summary>
public sealed record SegmentationRecord : IStated<SegmentationState>
{
    /// <summary>Where it stands.</summary>
    public SegmentationState State { get; init; }

    /// <summary>The question.</summary>
    public SegmentationRequest? Request { get; init; }

    /// <summary>The trace of whoever asked it last, see <see cref="WorkOrder.TraceParent"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>When it was asked so that it had to be worked on, last.</summary>
    public DateTimeOffset? Asked { get; init; }

    /// <summary>How often it was asked anew.</summary>
    public int Round { get; init; }

    /// <summary>The answer.</summary>
    public SegmentationResult? Result { get; init; }

    /// <summary>Why it failed.</summary>
    public Failure? Cause { get; init; }

    /// <summary>Whether it waits or is under way.</summary>
    public bool IsOpen => State is SegmentationState.Queued or SegmentationState.Running;
}
