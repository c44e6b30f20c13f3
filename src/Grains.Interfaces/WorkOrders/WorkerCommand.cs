namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>One line a worker reads: JSON; exactly one member is set. End of input ends the worker at once.</summary>
/// <remarks>
/// Orders are executed one at a time in the order they come, with one exception: while a training order is under way, a
/// segment order is executed between two steps, or two windows of a validation, so that segmentations are served while a run trains on the only device.
/// </remarks>
public sealed record WorkerCommand
{
    /// <summary>Execute this order.</summary>
    public WorkOrder? Execute { get; init; }

    /// <summary>Stop the order with this identity at the next step or window; one that waits is dropped and answered at once.</summary>
    public string? Cancel { get; init; }
}
