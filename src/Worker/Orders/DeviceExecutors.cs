namespace Hermes.Worker.Orders;

/// <summary>What needs a device, and libtorch.</summary>
internal sealed record DeviceExecutors(TrainExecutor Train, SegmentExecutor Segment);
