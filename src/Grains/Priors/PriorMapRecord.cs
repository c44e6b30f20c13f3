using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Priors;
using Hermes.Grains.Interfaces.WorkOrders;
using Hermes.Grains.Owners;

namespace Hermes.Grains.Priors;

/// <summary>What a prior map stores.</summary>
public sealed record PriorMapRecord : IStated<PriorMapState>
{
    /// <summary>Where it stands.</summary>
    public PriorMapState State { get; init; }

    /// <summary>How it was made, see <see cref="PriorMap.CurrentForm"/>.</summary>
    public int Form { get; init; }

    /// <summary>The trace of whoever asked for it last, see <see cref="WorkOrder.TraceParent"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>How often it was made anew.</summary>
    public int Round { get; init; }

    /// <summary>The map.</summary>
    public BlobRef? Map { get; init; }

    /// <summary>Why it could not be made.</summary>
    public Failure? Cause { get; init; }
}
